import OrderStore

extension ProblemMiddleware {
    /// A store that is busy or out of reach is a matter of time; what it was asked may be impossible; anything else is
    /// for the operator.
    static func problem(for error: OrderStoreError) -> Problem {
        // What the checks of a request let through and no store can answer: a cursor that was made up.
        if error.code == .invalidArgument { return .badRequest(error.message) }
        guard error.isRetriable || error.code == .closed else { return .internalError }
        return .unavailable(
            "store-unavailable", "The order store does not answer at the moment; try again", retryAfterSeconds: 2)
    }
}
