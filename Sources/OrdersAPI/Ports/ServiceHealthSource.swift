import OrderEvents

/// What the instances of the services say about themselves.
public protocol ServiceHealthSource: Sendable {
    /// Those that gave a sign of life lately, by service and instance. Answers at once, from memory.
    func instances() async -> [InstanceHealth]
}

/// Where nobody says anything.
public struct NoServiceHealth: ServiceHealthSource {
    public init() {}
    public func instances() async -> [InstanceHealth] { [] }
}
