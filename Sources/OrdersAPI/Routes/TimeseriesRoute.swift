import APIAccess
import Hummingbird
import OrderEvents

/// The minutes that a client asks for.
struct TimeRange: Equatable, Sendable {
    static let maximumMinutes = 1440
    static let defaultMinutes = 60

    /// Starts of minutes; `to` is not part of it.
    let from: Timestamp
    let to: Timestamp

    static let fromParameter = QueryParameter<Timestamp>(
        "from", .dateTime, "The first minute, by its start or any time in it"
    ) {
        Timestamp(rfc3339: $0)
    }
    static let toParameter = QueryParameter<Timestamp>(
        "to", .dateTime,
        "The end; the minute it falls into is the last one unless it is its very start. Now if left out"
    ) {
        Timestamp(rfc3339: $0)
    }
    static let minutesParameter = QueryParameter<Int>.integer(
        "minutes", 1...maximumMinutes, "How many minutes up to the end, instead of from. \(defaultMinutes) if left out")

    init(query: QueryValues, now: Timestamp) throws(Problem) {
        let minute = AggregateWindow.minuteMilliseconds
        let end = try query.value(Self.toParameter) ?? now.advanced(byMilliseconds: 1)
        to = end.advanced(byMilliseconds: minute - 1).startOfMinute
        let minutes = try query.value(Self.minutesParameter)
        if let start = try query.value(Self.fromParameter) {
            guard minutes == nil else {
                throw .invalidParameter("minutes", "it cannot be given together with from")
            }
            from = start.startOfMinute
        } else {
            from = to.advanced(byMilliseconds: -minute * Int64(minutes ?? Self.defaultMinutes))
        }
        guard from < to else { throw .invalidParameter("from", "it must be before to") }
        let count = (to.millisecondsSinceEpoch - from.millisecondsSinceEpoch) / minute
        guard count <= Self.maximumMinutes else {
            throw .invalidParameter(
                "from", "the range has \(count) minutes; at most \(Self.maximumMinutes) are given at once")
        }
    }

    /// The starts of its minutes.
    var minutes: [Timestamp] {
        stride(
            from: from.millisecondsSinceEpoch, to: to.millisecondsSinceEpoch,
            by: Int(AggregateWindow.minuteMilliseconds)
        ).map { Timestamp(millisecondsSinceEpoch: $0) }
    }
}

extension APIRoutes {
    private static let byCountry = QueryParameter<Bool>.choice(
        "by", [("country", true)], "country: with the figures of each country")

    var timeseries: Route {
        Route(
            Endpoint(
                method: .get, path: "/api/stats/timeseries", access: .scope(.read),
                summary: "Figures by minute of the orders' time; minutes without orders are given as zeros",
                parameters: [
                    TimeRange.fromParameter.spec, TimeRange.toParameter.spec, TimeRange.minutesParameter.spec,
                    Self.byCountry.spec,
                ],
                responses: [.json("Timeseries"), .problem(.badRequest)])
        ) { _, _, query in
            let range = try TimeRange(query: query, now: now())
            let countries = try query.value(Self.byCountry) ?? false
            let points = try await windows(in: range)
            return .json(capacity: 64 + points.count * (countries ? 2048 : 256)) { json in
                json.member("step_seconds", 60)
                json.member("from", range.from)
                json.member("to", range.to)
                json.array("points", points) { json, point in json.point(point, countries: countries) }
            }
        }
    }

    /// A sum over partitions for every minute: what is in memory from there, older ones from the store.
    private func windows(in range: TimeRange) async throws -> [Aggregate] {
        let aggregates = try await current().aggregates
        let completeSince = aggregates.completeSince ?? range.to
        var stored: [AggregateWindow: Aggregate] = [:]
        if range.from < completeSince {
            for sum in Aggregate.summed(try await store.windows(from: range.from, to: min(range.to, completeSince))) {
                stored[sum.window] = sum
            }
        }
        return range.minutes.map { start in
            if start >= completeSince { return aggregates.sum(ofWindow: start) }
            let window = AggregateWindow.minute(start: start)
            return stored[window] ?? Aggregate(window: window, partition: Aggregate.allPartitions)
        }
    }
}
