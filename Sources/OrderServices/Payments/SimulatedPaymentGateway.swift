import OrderEvents
import OrderTracing

/// A payment processor for demonstrations, tests and load: it decides by the order id alone, so the same
/// order always gets the same answer, in this process, the next one, and any other instance.
public struct SimulatedPaymentGateway: PaymentGateway {
    /// How long one request takes.
    public var latency: Duration
    /// The share of declined orders, 0...1.
    public var declineRate: Double
    /// The requests that are under way at once when `latency` is not zero.
    public var concurrency: Int

    public init(latency: Duration = .zero, declineRate: Double = 0.05, concurrency: Int = 256) {
        precondition((0...1).contains(declineRate), "a decline rate is between 0 and 1")
        precondition(concurrency > 0, "at least one request at a time")
        self.latency = latency
        self.declineRate = declineRate
        self.concurrency = concurrency
    }

    public func charge(_ requests: [ChargeRequest], traces _: [OrderID: CurrentTrace]) async throws -> [ChargeOutcome] {
        if latency > .zero {
            // Requests go out `concurrency` at a time; each wave takes one latency.
            for _ in stride(from: 0, to: requests.count, by: concurrency) {
                try await Task.sleep(for: latency)
            }
        }
        return requests.map(decide)
    }

    func decide(_ request: ChargeRequest) -> ChargeOutcome {
        let hash = BitMixer.mix(UInt64(bitPattern: request.orderID.rawValue))
        let share = Double(hash >> 11) * 0x1p-53
        guard share < declineRate else { return .paid }
        let reasons = DeclineReason.allCases
        return .declined(reasons[Int(BitMixer.mix(hash) % UInt64(reasons.count))])
    }
}
