import APIAccess
import Hummingbird
import OrderEvents

extension APIRoutes {
    /// What each point is divided by.
    enum Breakdown: String, CaseIterable, Sendable {
        case country, currency, status
    }

    private static let by = QueryParameter<Breakdown>.choice(
        "by", Breakdown.allCases.map { ($0.rawValue, $0) }, "With the figures of each country, currency or status")

    var timeseries: Route {
        Route(
            Endpoint(
                method: .get, path: "/api/stats/timeseries", access: .scope(.read),
                summary:
                    "Figures by the time of the orders, in steps of a minute to a day; steps without orders are given as zeros",
                parameters: [
                    TimeRange.fromParameter.spec, TimeRange.toParameter.spec, TimeRange.minutesParameter.spec,
                    TimeRange.stepParameter.spec, Self.by.spec,
                ],
                responses: [.json("Timeseries"), .problem(.badRequest)])
        ) { _, _, query in
            let range = try TimeRange(query: query, now: now())
            let breakdown = try query.value(Self.by)
            let points = try await points(in: range)
            return .json(capacity: 64 + points.count * (breakdown == nil ? 256 : 2048)) { json in
                json.member("step_seconds", range.step / 1_000)
                json.member("from", range.from)
                json.member("to", range.to)
                json.array("points", points) { json, point in json.point(point, by: breakdown) }
            }
        }
    }

    /// A sum over partitions for every step: what is in memory from there, older windows from the store, some hours at
    /// a time, so that only the sums are held.
    private func points(in range: TimeRange) async throws -> [Aggregate] {
        let aggregates = try await current().aggregates
        let completeSince = aggregates.completeSince ?? range.to
        var sums = range.steps.map {
            Aggregate(window: .minute(start: $0), partition: Aggregate.allPartitions)
        }
        func add(_ window: Aggregate, startingAt start: Timestamp) {
            let place = (start.millisecondsSinceEpoch - range.from.millisecondsSinceEpoch) / range.step
            sums[Int(place)].add(window)
        }
        let stored = min(range.to, completeSince)
        var start = range.from
        while start < stored {
            let end = min(stored, start.advanced(byMilliseconds: TimeRange.pieceMilliseconds))
            for window in try await store.windows(from: start, to: end) {
                if case .minute(let minute) = window.window { add(window, startingAt: minute) }
            }
            start = end
        }
        for minute in stride(
            from: max(range.from, completeSince).millisecondsSinceEpoch, to: range.to.millisecondsSinceEpoch,
            by: Int(AggregateWindow.minuteMilliseconds))
        {
            let minute = Timestamp(millisecondsSinceEpoch: minute)
            add(aggregates.sum(ofWindow: minute), startingAt: minute)
        }
        return sums
    }
}
