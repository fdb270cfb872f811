import OrderEvents

/// What the instances of the services say about themselves.
public protocol ServiceHealthSource: Sendable {
    /// Those that reported lately, by service and instance. Answers at once, from memory.
    func instances() async -> [InstanceHealth]
    /// Where records were cut away under a group, the newest first.
    func cuts() async -> [LogCut]
}

extension ServiceHealthSource {
    /// None: for sources that know of no cuts.
    public func cuts() async -> [LogCut] { [] }
}

/// Where nobody says anything.
public struct NoServiceHealth: ServiceHealthSource {
    /// For a process that follows no service.
    public init() {}
    /// None.
    public func instances() async -> [InstanceHealth] { [] }
}
