import Kafka
import Logging
import OrderEvents

/// Tells how many orders are on their way.
public protocol OrderBacklog: Sendable {
    /// Records that the slowest service has to come to.
    func waiting() async throws -> Int64
    func close() async
}

/// The lag of the services between an order and the store. Alerting is none of them: nothing waits for it.
public final class GroupBacklog: OrderBacklog {
    private let admin: KafkaAdmin
    private let expectsAll: Bool

    private static let services = Topology.path(to: Topology.sink)

    /// - Parameter expectsAll: whether a group that has never committed anything is waited for; if not, nobody seems to
    ///   read there.
    public init(kafka settings: KafkaSettings, expectsAll: Bool, logger: Logger) throws {
        self.expectsAll = expectsAll
        admin = try KafkaAdmin(settings: settings, clientID: "producer-backlog", logger: logger)
    }

    public func waiting() async throws -> Int64 {
        var most: Int64 = 0
        for service in GroupBacklog.services {
            let lag = try await admin.lag(ofGroup: service.group, topics: service.inputs)
            if expectsAll || lag.partitions.contains(where: { $0.committed != nil }) { most = max(most, lag.total) }
        }
        return most
    }

    public func close() async { await admin.close(timeout: .seconds(1)) }
}
