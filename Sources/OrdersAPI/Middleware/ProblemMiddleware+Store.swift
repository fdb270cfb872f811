import OrderStore

extension ProblemMiddleware {
    /// A store that is busy or out of reach is a matter of time; anything else is for the operator.
    static func problem(for error: OrderStoreError) -> Problem {
        guard error.isRetriable || error.code == .closed else { return .internalError }
        return .unavailable("store-unavailable", "The order store does not answer at the moment; try again", retryAfterSeconds: 2)
    }
}
