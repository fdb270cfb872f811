import OrderEvents

/// The cuts that were reported, by key.
struct CutTable {
    /// Beyond it the oldest go from memory; the topic keeps them.
    static let limit = 1_000

    private var entries: [String: LogCut] = [:]

    mutating func note(_ cut: LogCut, key: String) {
        entries[key] = cut
        if entries.count > CutTable.limit, let oldest = entries.min(by: { $0.value.at < $1.value.at }) {
            entries[oldest.key] = nil
        }
    }

    mutating func remove(_ key: String) { entries[key] = nil }

    /// The newest first.
    var all: [LogCut] { entries.sorted { ($0.value.at, $0.key) > ($1.value.at, $1.key) }.map(\.value) }
}

extension LogCut {
    /// For so long a cut is a problem that is shown; its record stays.
    static let shownForMilliseconds: Int64 = 24 * 3_600_000

    /// Those of one service as one problem, while the newest is young.
    static func problem(of service: String, _ cuts: [LogCut], now: Timestamp) -> SystemProblem? {
        let mine = cuts.filter {
            $0.service == service && now.millisecondsSinceEpoch - $0.at.millisecondsSinceEpoch < shownForMilliseconds
        }
        guard let newest = mine.max(by: { $0.at < $1.at }) else { return nil }
        let place = "\(newest.topic)[\(newest.partition)]"
        let number = "\(mine.count) \(mine.count == 1 ? "place" : "places")"
        let detail =
            switch newest.kind {
            case .deleted:
                "\(mine.reduce(Int64(0)) { $0 + ($1.lost ?? 0) }) offsets in \(number) are lost to \(newest.group), the last at \(place): offsets \(newest.from) up to \(newest.to) were deleted before \(service) had read them"
            case .replaced:
                "the log was replaced under \(newest.group) in \(number), the last \(place): \(service) was at \(newest.from) and began again at \(newest.to)"
            }
        return SystemProblem(part: service, level: .degraded, code: "log_cut", detail: "\(detail). Run `orders verify`")
    }
}
