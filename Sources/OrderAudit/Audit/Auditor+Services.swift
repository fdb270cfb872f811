import Kafka
import OrderEvents
import OrderStore
import StreamProcessing

extension Auditor {
    /// Waits until the services have come to what stands on the topics now, or the patience is at its end.
    func waitForServices(_ orders: [TopicPartition: Int64], _ patience: Duration) async throws {
        let deadline = Deadline(in: patience)
        for group in [Topology.payments.group, Topology.fraud.group, Topology.analytics.group] {
            try await wait(for: group, toReach: orders, until: deadline)
        }
        try await wait(for: Topology.analytics.group, toReach: ends(of: Topics.payments.name), until: deadline)
        try await wait(for: Topology.analytics.group, toReach: ends(of: Topics.fraudAlerts.name), until: deadline)
        try await wait(for: Topology.sink.group, toReach: ends(of: Topics.orderAnalytics.name), until: deadline)
    }

    private func wait(for group: String, toReach ends: [TopicPartition: Int64], until deadline: Deadline)
        async throws
    {
        while true {
            let committed = try await admin.committedOffsets(ofGroup: group, in: Array(ends.keys))
            if !ends.contains(where: { $0.value > committed[$0.key] ?? 0 }) { return }
            if deadline.isOver { return }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    /// What the store holds of a round's orders; the aggregates in the last round.
    static nonisolated func read(_ store: any OrderStore, _ homes: Int32, _ round: ReadingRound) async throws
        -> Audit.StoredSide
    {
        let box = Box()
        try await store.scan { document in
            if round.has(document.order.id) {
                box.side.add(document, home: OrderKey(document.order.id).partition(of: homes))
            }
        }
        guard round.isLast else { return box.side }
        for aggregate in try await store.totals() { box.side.add(aggregate) }
        var from = Timestamp.epoch
        while true {
            let windows = try await store.aggregates(from: from, to: .latest)
            for window in windows { box.side.add(window) }
            guard windows.count >= StoreLimits.maximumWindows, case .minute(let last)? = windows.last?.window,
                last > from
            else { break }
            // A page may end inside a minute: its windows come again, which changes nothing.
            from = last
        }
        return box.side
    }

    private final class Box {
        var side = Audit.StoredSide()
    }
}
