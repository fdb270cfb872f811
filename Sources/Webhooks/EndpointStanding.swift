/// How an endpoint fares, and so how many deliveries it is offered at a time: a circuit breaker. Pure.
///
/// Five failures in a row open it: nothing is sent for a while, which grows with each failed probe. Then one delivery is
/// the probe. One that succeeds closes it. An endpoint that answers 410, or has only failed for a day, is disabled until
/// a person enables it or sets it up differently, see ``EndpointMark``.
public struct EndpointStanding: Hashable, Sendable {
    /// Failures in a row that open it.
    public static let patience = 5
    /// Deliveries under way at once while it answers.
    public static let concurrency = 8

    /// The longest rest between two probes, in milliseconds.
    static let longestRest: Int64 = 60_000

    private var failures = 0
    /// How often it was opened since it last answered.
    private var openings = 0
    private var failingSince: Int64?
    /// Milliseconds since 1970; nothing is sent before.
    public private(set) var openUntil: Int64 = 0
    /// Why nothing is sent any more; nil: it is in use.
    public private(set) var disabled: String?

    public init() {}

    /// How many deliveries may be under way at once.
    public func allowance(at now: Int64) -> Int {
        if disabled != nil || now < openUntil { return 0 }
        return failures >= Self.patience ? 1 : Self.concurrency
    }

    /// It answered, whatever it thinks of the body.
    public mutating func answered() {
        failures = 0
        openings = 0
        failingSince = nil
        openUntil = 0
    }

    /// It answered 410.
    public mutating func gone() { disable("the endpoint answered 410: it wants no more deliveries") }

    /// Nothing is sent any more.
    public mutating func disable(_ reason: String) { disabled = reason }

    /// No answer, or one that says that it is out of order.
    public mutating func failed(
        at now: Int64, retryAfter: Int?, schedule: DeliverySchedule, using random: inout some RandomNumberGenerator
    ) {
        failures += 1
        let since = failingSince ?? now
        failingSince = since
        if failures >= Self.patience {
            if now - since >= schedule.patience {
                disabled = "the endpoint has failed for \(schedule.patience / 3_600_000) hours"
            }
            // Those that were under way when it opened say nothing new.
            if now >= openUntil {
                openings += 1
                openUntil = now + min(schedule.wait(after: openings, using: &random), Self.longestRest)
            }
        }
        // Whoever asks to be left alone is.
        if let retryAfter { openUntil = max(openUntil, now + Int64(retryAfter) * 1_000) }
    }
}
