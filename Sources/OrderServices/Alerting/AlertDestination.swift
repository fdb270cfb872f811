import OrderEvents

/// What became of an alert that was handed over.
public enum AlertAnswer: Hashable, Sendable {
    case delivered
    /// It will never be taken as it stands. With the reason, for people.
    case refused(String)
}

/// Where fraud alerts go. It may get an alert more than once, and has to know it by its order.
public protocol AlertDestination: Sendable {
    /// Delivers one alert; bounded in time, well below the consumer's `max.poll.interval.ms`.
    ///
    /// - Throws: where nothing is known, and another try may do it.
    func deliver(_ alert: FraudAlert) async throws -> AlertAnswer
}
