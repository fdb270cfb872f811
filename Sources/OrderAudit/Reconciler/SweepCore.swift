import OrderEvents

/// Adds up the store's documents and compares them with its windows, and its windows with its totals. Pure: a sweep's
/// rows go in, findings come out.
///
/// Nothing is held while the store is read, so it changes under way. A window counts only if its revision is the same
/// at the end of the last sweep and of this one: then nothing was written to it in between. One that differs is added
/// up exactly in the next sweep, and is a finding if it still differs then. Totals change all the time: a difference
/// that is the same three times is one.
struct SweepCore: Sendable {
    private struct Suspect {
        var revision: Int64
        var exact: Aggregate
        var isSummable = true
    }

    private struct Look: Equatable {
        var difference: SweepDigest
        var times: Int
    }

    /// Findings of one sweep.
    struct Mismatch: Sendable, Equatable {
        var kind: Finding.Kind
        var subject: String
        var detail: String
    }

    let partitions: Int32
    let seed: UInt64
    /// Suspects that are added up at a time: each has hundreds of bytes.
    private static let maximumSuspects = 16

    // One sweep.
    private var sums: [AggregateKey: SweepDigest] = [:]
    private var windowSums: [Int32: SweepDigest] = [:]
    private var mismatches: [Mismatch] = []
    private(set) var orders = 0
    private(set) var windows = 0

    // From sweep to sweep.
    private var revisions: [AggregateKey: Int64] = [:]
    private var suspects: [AggregateKey: Suspect] = [:]
    private var absent: [AggregateKey: SweepDigest] = [:]
    private var looks: [Int32: Look] = [:]

    init(partitions: Int32, seed: UInt64 = .random(in: 0...(.max))) {
        self.partitions = partitions
        self.seed = seed
    }

    /// Whether the next sweep should follow at once: something waits to be looked at again.
    var hasSuspects: Bool { !suspects.isEmpty || !absent.isEmpty || !looks.isEmpty }

    mutating func begin() {
        sums = [:]
        windowSums = [:]
        mismatches = []
        orders = 0
        windows = 0
        for (key, suspect) in suspects {
            suspects[key] = Suspect(
                revision: suspect.revision, exact: Aggregate(window: key.window, partition: key.partition))
        }
    }

    mutating func add(_ document: OrderDocument) {
        orders += 1
        let key = AggregateKey(
            window: .minute(of: document.order), partition: OrderKey(document.order.id).partition(of: partitions))
        var digest = SweepDigest()
        for cell in document.contributions { digest.add(cell, seed: seed) }
        digest.late = key.window.lateness(of: document)
        sums[key, default: .zero].add(digest)
        guard !suspects.isEmpty, suspects[key] != nil else { return }
        do {
            try suspects[key]!.exact.change(from: nil, to: document)
            suspects[key]!.exact.late += digest.late
        } catch {
            // A sum that does not fit: only the words of the finding need it.
            suspects[key]!.isSummable = false
        }
    }

    /// The spans in which to ask for windows, in order: together all of time, each with at most three hours of known
    /// windows.
    func spans() -> [(from: Timestamp, to: Timestamp)] {
        let starts = Set(sums.keys.map(SweepCore.start)).sorted()
        var spans: [(from: Timestamp, to: Timestamp)] = []
        var end = Timestamp.epoch
        for start in starts where start >= end {
            if start > end { spans.append((end, start)) }
            end = start.advanced(byMilliseconds: 180 * AggregateWindow.minuteMilliseconds)
            spans.append((start, end))
        }
        if end < .latest { spans.append((end, .latest)) }
        return spans
    }

    private static func start(_ key: AggregateKey) -> Timestamp {
        if case .minute(let start) = key.window { start } else { .epoch }
    }

    /// Windows of the store, read after its documents; each once.
    mutating func take(_ aggregates: some Sequence<Aggregate>) {
        for aggregate in aggregates {
            let key = AggregateKey(aggregate)
            let digest = SweepDigest(aggregate, seed: seed)
            windowSums[key.partition, default: .zero].add(digest)
            let sum = sums.removeValue(forKey: key) ?? .zero
            absent[key] = nil
            let isStable = revisions.updateValue(aggregate.revision, forKey: key) == aggregate.revision
            guard isStable else {
                suspects[key] = nil
                continue
            }
            windows += 1
            if digest == sum {
                suspects[key] = nil
            } else if let suspect = suspects[key], suspect.revision == aggregate.revision {
                report(key, aggregate, suspect)
            } else if suspects.count < SweepCore.maximumSuspects {
                suspects[key] = Suspect(
                    revision: aggregate.revision, exact: Aggregate(window: key.window, partition: key.partition))
            }
        }
    }

    private mutating func report(_ key: AggregateKey, _ aggregate: Aggregate, _ suspect: Suspect) {
        suspects[key] = nil
        var parts = suspect.isSummable ? Audit.differences(aggregate, suspect.exact) : []
        if aggregate.late != suspect.exact.late {
            parts.append("late is \(aggregate.late) instead of \(suspect.exact.late)")
        }
        let more = parts.count > 3 ? "; and \(parts.count - 3) more" : ""
        mismatches.append(
            Mismatch(
                kind: .aggregate, subject: SweepCore.name(key),
                detail:
                    "differs in the store from the sum of its orders: \(parts.prefix(3).joined(separator: "; "))\(more)"
            ))
    }

    /// Ends a sweep with the totals, read last.
    mutating func finish(totals: [Aggregate]) -> [Mismatch] {
        var stillAbsent: [AggregateKey: SweepDigest] = [:]
        for (key, sum) in sums {
            if absent[key] == sum {
                mismatches.append(
                    Mismatch(
                        kind: .aggregate, subject: SweepCore.name(key),
                        detail: "is missing in the store, which has orders of it"))
            } else if stillAbsent.count < SweepCore.maximumSuspects {
                stillAbsent[key] = sum
            }
        }
        absent = stillAbsent
        sums = [:]
        for total in totals { look(at: total) }
        return mismatches
    }

    private mutating func look(at total: Aggregate) {
        let difference = SweepDigest(total, seed: seed) - (windowSums[total.partition] ?? .zero)
        if difference == .zero {
            looks[total.partition] = nil
            return
        }
        let times = looks[total.partition]?.difference == difference ? looks[total.partition]!.times + 1 : 1
        looks[total.partition] = Look(difference: difference, times: times)
        guard times == 3 else { return }
        looks[total.partition] = nil
        mismatches.append(
            Mismatch(
                kind: .aggregate, subject: "totals of partition \(total.partition)",
                detail: "differ in the store from the sum of its windows"))
    }

    private static func name(_ key: AggregateKey) -> String {
        if case .minute(let start) = key.window {
            "window \(start) of partition \(key.partition)"
        } else {
            "totals of partition \(key.partition)"
        }
    }
}
