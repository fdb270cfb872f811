import OrderEvents
import Secrets
import Testing

@testable import OrderServices

@Suite struct HTTPPaymentGatewayTests {
    private func read(_ text: String?) -> ChargeOutcome {
        HTTPPaymentGateway.read(text.map { Array($0.utf8) }, from: "http://gateway")
    }

    @Test func theAmountIsTheExactDecimal() throws {
        let request = ChargeRequest(
            orderID: OrderID(7)!, customerID: 42, amount: Money(minorUnits: 24_999, currency: Currency(code: "USD")!),
            country: CountryCode(code: "US")!)
        #expect(
            String(decoding: HTTPPaymentGateway.body(of: request), as: UTF8.self)
                == #"{"order_id":7,"customer_id":42,"amount":249.99,"currency":"USD","country":"US"}"#)
    }

    @Test func answersAreReadForWhatTheySay() {
        #expect(read(#"{"status":"PAID"}"#) == .paid)
        #expect(read(#"{"status":"PAID","id":"x"}"#) == .paid)
        #expect(read(#"{"status":"DECLINED","reason":"INSUFFICIENT_FUNDS"}"#) == .declined(.insufficientFunds))
        #expect(read(#"{"status":"DECLINED","reason":"NEVER_HEARD_OF"}"#) == .declined(.processorRefused))
        #expect(read(#"{"status":"DECLINED"}"#) == .declined(.processorRefused))
    }

    @Test(arguments: ["", "PAID", "[]", "{}", #"{"status":"MAYBE"}"#, #"{"status":1}"#, nil])
    func anAnswerThatSaysNothingUsableIsARefusal(_ text: String?) {
        guard case .refused = read(text) else {
            Issue.record("\(text ?? "too long") was read as \(read(text))")
            return
        }
    }

    @Test func aGatewayThatIsAwayAnswersForNoneAndIsNotAskedForAll() async throws {
        // Nothing listens on port 1.
        let gateway = HTTPPaymentGateway(try SecretURL("http://127.0.0.1:1/charge?token=s3cret"))
        let request = ChargeRequest(
            orderID: OrderID(7)!, customerID: 42, amount: Money(minorUnits: 1, currency: Currency(code: "USD")!),
            country: CountryCode(code: "US")!)
        let outcomes = try await gateway.charge(Array(repeating: request, count: 500))
        #expect(outcomes.count == 500)
        for outcome in outcomes {
            guard case .unanswered(let error) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(error.description.contains("http://127.0.0.1:1 did not answer"))
            #expect(!error.description.contains("s3cret"))
        }
    }
}
