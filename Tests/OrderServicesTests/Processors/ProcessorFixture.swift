import OrderEvents
import OrderTracing
import StreamTesting
import Synchronization
import Testing

@testable import OrderServices

/// All tests of processors over topics in memory.
@Suite enum ProcessorTests: SampleEvents {}

/// A payment processor that answers as the test says, and remembers what it was asked.
final class ScriptedGateway: PaymentGateway {
    private let requests = Mutex<[Int64]>([])
    private let script: Mutex<@Sendable (Int64) throws -> ChargeOutcome>

    init(_ script: @escaping @Sendable (Int64) throws -> ChargeOutcome = { _ in .paid }) { self.script = Mutex(script) }

    /// The orders that it was asked to charge, one by one.
    var asked: [Int64] { requests.withLock { $0 } }

    func answer(_ script: @escaping @Sendable (Int64) throws -> ChargeOutcome) { self.script.withLock { $0 = script } }

    func charge(_ requests: [ChargeRequest], traces _: [OrderID: CurrentTrace]) async throws -> [ChargeOutcome] {
        self.requests.withLock { $0 += requests.map(\.orderID.rawValue) }
        let script = script.withLock { $0 }
        return try requests.map { try script($0.orderID.rawValue) }
    }

    static let unanswered = ChargeOutcome.unanswered(PaymentGatewayError("no answer"))
}
