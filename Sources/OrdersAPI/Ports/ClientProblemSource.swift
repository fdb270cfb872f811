/// What is wrong with the clients that this process keeps for as long as it runs.
public protocol ClientProblemSource: Sendable {
    /// Those that fail now, as problems of the part `api`. Answers at once, from memory.
    func problems() -> [SystemProblem]
}

/// Where there are none.
public struct NoClientProblems: ClientProblemSource {
    /// For a process that keeps none.
    public init() {}
    /// None.
    public func problems() -> [SystemProblem] { [] }
}
