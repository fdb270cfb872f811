import OrdersAPI
import Synchronization

final class FakeInspector: ClusterInspector {
    private let state: Mutex<(view: ClusterView, looks: Int)>

    init(_ view: ClusterView = .healthy) { state = Mutex((view, 0)) }

    var looks: Int { state.withLock { $0.looks } }

    func set(_ view: ClusterView) { state.withLock { $0.view = view } }

    func look() async -> ClusterView {
        state.withLock { state in
            state.looks += 1
            return state.view
        }
    }
}

extension ClusterView {
    /// Everything there, nothing behind.
    static let healthy = ClusterView(
        bootstrap: "127.0.0.1:9092", broker: .reachable,
        topics: [Topic(name: "orders", partitions: 6, offsets: 12)]
            + ["payments", "fraud-alerts", "order-analytics"].map { Topic(name: $0, partitions: 6, offsets: 0) },
        groups: MonitoredService.platform.filter { !$0.isOptional }.map { service in
            Group(
                name: service.group, members: 1,
                partitions: [PartitionLag(topic: service.topics[0], partition: 0, lag: 2)])
        })
}
