import OrderEvents
import OrderTracing
import Synchronization

import OrderServices
import TestSupport

/// A gateway that answers some of a batch's charges, and the same each time; all of them from when the test says so.
final class HalfAGateway: PaymentGateway {
    private let random: Mutex<SeededGenerator>
    private let isWhole = Mutex(false)

    init(seed: UInt64) { random = Mutex(SeededGenerator(seed: ~seed)) }

    func answersAll() { isWhole.withLock { $0 = true } }

    func charge(_ requests: [ChargeRequest], traces _: [OrderID: CurrentTrace]) async throws -> [ChargeOutcome] {
        let answers = try await SimulatedPaymentGateway(declineRate: 0.1).charge(requests)
        if isWhole.withLock({ $0 }) { return answers }
        return random.withLock { random in
            answers.map {
                Int.random(in: 0..<20, using: &random) == 0 ? .unanswered(PaymentGatewayError("no answer")) : $0
            }
        }
    }
}
