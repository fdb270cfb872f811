import Kafka
import OrderEvents
import OrderServices
import Secrets
import StreamProcessing
import Webhooks

@testable import BrokerSimulation

/// What stands outside of the platform, and remembers all that it was asked.
final class Outside {
    let store = PlatformStore()
    /// The first request for each charge; by the protocol all others are the same.
    var charges: [OrderID: ChargeRequest] = [:]
    /// Charges that were asked for again with something else.
    var contradictions: [String] = []
    /// How often each alert was delivered.
    var alerts: [OrderID: Int] = [:]
    /// How often each endpoint has taken, or refused, each event.
    var deliveries: [String: Int] = [:]
    private let seed: UInt64

    /// One for everything, and one for some of it.
    static let endpoints: [WebhookEndpoint] = {
        let secret = Secret("whsec_" + String(repeating: "QUJD", count: 8))
        let wanted: [(String, Set<OrderOutcome>)] = [
            ("crm", Set(OrderOutcome.allCases)), ("books", [.paid, .refundDue, .paymentFailed]),
        ]
        return wanted.map { name, outcomes in
            do {
                return try WebhookEndpoint(
                    name: name, url: Secret("https://\(name).example/hook"), secrets: [secret], outcomes: outcomes)
            } catch {
                preconditionFailure("\(error)")
            }
        }
    }()

    init(seed: UInt64) { self.seed = seed }

    /// What the processor says of an order: always the same.
    func outcome(of order: OrderID) -> ChargeOutcome {
        switch draw(order, 1) % 20 {
        case 0: .refused("the account is closed")
        case 1...3: .declined(.cardExpired)
        default: .paid
        }
    }

    func refusesAlert(of order: OrderID) -> Bool { draw(order, 2) % 4 == 0 }

    func refusesEvent(_ id: String, at endpoint: String) -> Bool {
        id.utf8.reduce(seed) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 } >> 20 % 10 == 0 && endpoint == "crm"
    }

    private func draw(_ order: OrderID, _ stream: UInt64) -> UInt64 {
        var mixed = seed &+ UInt64(bitPattern: order.rawValue) &* 0x9e37_79b9_7f4a_7c15 &+ stream
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        return (mixed ^ (mixed >> 27)) >> 33
    }
}

/// A fault of something outside.
struct OutsideFault: ClassifiedError, CustomStringConvertible {
    let what: String
    var fault: Fault { .dependency(code: "dependency_unavailable") }
    var description: String { what }
}

/// An error that says nothing of itself.
struct UnclassifiedFault: Error, CustomStringConvertible {
    let description = "the store cannot take so much"
}

/// How a call to something outside goes.
enum CallCourse { case fails, failsAfterwards, succeeds }

extension PlatformClient {
    /// What befalls a call to something outside.
    func outsideCall(_ what: String) throws -> CallCourse {
        maybeSuffer()
        if isDead { throw KafkaError.dead }
        life.pass(Int64(life.random.below(20)))
        guard life.happens(life.plan.outsideFaults) else { return .succeeds }
        life.coverage[.outsideFaults] += 1
        let isDone = life.random.flip()
        life.tell("\(name): \(what) fails\(isDone ? ", though it was done" : "")")
        // Some take long.
        if life.random.chance(0.2) { life.pass(Int64(life.random.within(1_000...10_000))) }
        return isDone ? .failsAfterwards : .fails
    }

    /// Behind a call: the process may have died meanwhile.
    func afterOutsideCall() throws {
        maybeSuffer()
        if isDead { throw KafkaError.dead }
    }
}
