import OrderEvents
import Testing

@testable import OrderStore

@Suite("Cursors of pages")
struct OrderCursorTests {
    @Test("a cursor's text reads back as the same place")
    func roundTrip() {
        for id in [1, 35, 36, 123_456_789, OrderID.maximum] {
            for moment in [nil, Timestamp.epoch, StoreSamples.start, .latest] {
                let cursor = OrderCursor(orderID: OrderID(id)!, moment: moment)
                #expect(OrderCursor(cursor.text) == cursor)
                #expect(cursor.text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") })
            }
        }
    }

    @Test(
        "other text is no cursor",
        arguments: [
            "", "-", "0", "1-", "-1", "--1", "+1", "1-+1", "1-2-3", "zzzzzzzzzzzzzz", "2gosa7pa2gw", "1 ", "é",
            "1-zzzzzzzzzzz", "\u{0}",
        ])
    func refused(_ text: String) {
        #expect(OrderCursor(text) == nil)
    }
}
