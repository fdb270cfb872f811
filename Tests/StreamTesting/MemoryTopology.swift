/// Several services over the same topics: all of them, for the whole flow in memory.
public struct MemoryTopology {
    public let log: MemoryLog
    /// In the order of the flow.
    public let services: [MemoryService]

    public init(_ log: MemoryLog, _ services: [MemoryService]) {
        self.log = log
        self.services = services
    }

    /// Lets every service handle all that is there, until nothing is left: no service waits for one that comes before it.
    ///
    /// - Parameter max: the most records of a partition in one batch.
    public nonisolated(nonsending) func drain(max: Int = .max) async throws {
        while services.contains(where: { $0.lag > 0 }) {
            for service in services { try await service.drain(max: max) }
        }
    }
}
