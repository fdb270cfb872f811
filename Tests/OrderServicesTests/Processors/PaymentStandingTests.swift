import OrderEvents
import Testing

@testable import OrderServices

extension ProcessorTests {
    @Suite struct PaymentStandingTests {
        @Test func aStandingComesBackAsItWas() {
            let yen = order(1, amount: 1, currency: Currency(code: "JPY")!)
            for standing in [PaymentStanding.settled, .open(yen.terms), .open(suspicious(9).terms)] {
                var bytes: [UInt8] = []
                standing.encodeState(into: &bytes)
                #expect(bytes.withUnsafeBytes { PaymentStanding.decodeState($0, of: OrderID(1)!) } == standing)
                #expect(
                    bytes.dropLast().withUnsafeBytes { PaymentStanding.decodeState($0, of: OrderID(1)!) } != standing)
            }
        }
    }
}
