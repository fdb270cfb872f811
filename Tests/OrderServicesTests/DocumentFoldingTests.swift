import OrderEvents
import Testing

@testable import OrderServices

@Suite struct DocumentFoldingTests {
    private func order(_ status: OrderStatus, amount: Int64 = 2_499, id: Int64 = 7) -> Order {
        Order(
            id: OrderID(id)!, customerID: 1, amount: Money(minorUnits: amount, currency: Currency(code: "USD")!),
            country: CountryCode(code: "US")!, status: status, createdAt: Timestamp(millisecondsSinceEpoch: 1_000_000))
    }

    private func payment(_ status: PaymentStatus = .paid) -> Payment {
        Payment(
            orderID: OrderID(7)!, customerID: 1, status: status,
            amount: Money(minorUnits: 2_499, currency: Currency(code: "USD")!),
            country: CountryCode(code: "US")!, declineReason: nil,
            processedAt: Timestamp(millisecondsSinceEpoch: 1_000_500))
    }

    private func at(_ milliseconds: Int64) -> Timestamp { Timestamp(millisecondsSinceEpoch: milliseconds) }

    @Test func statusesOnlyMoveForward() {
        var document = OrderDocument.applying(order(.created), seenAt: at(1), to: nil)
        document = .applying(order(.cancelled), seenAt: at(2), to: document)
        document = .applying(order(.created), seenAt: at(3), to: document)
        document = .applying(order(.confirmed), seenAt: at(4), to: document)
        #expect(document.order.status == .cancelled)
        #expect(document.createdSeenAt == at(1))
        #expect(document.confirmedSeenAt == at(4))
        #expect(document.cancelledSeenAt == at(2))
    }

    @Test func theSameEventAgainChangesNothing() {
        let once = OrderDocument.applying(order(.created), seenAt: at(1), to: nil)
        let twice = OrderDocument.applying(order(.created), seenAt: at(9), to: once)
        #expect(once == twice)
        let paid = OrderDocument.applying(payment(), to: once)
        #expect(OrderDocument.applying(payment(), to: paid) == paid)
    }

    @Test func anEventThatContradictsTheFirstIsNotedAndChangesNothing() {
        let first = OrderDocument.applying(order(.created), seenAt: at(1), to: nil)
        let conflict = order(.cancelled, amount: 999_900)
        #expect(first.conflicts(with: conflict).map(\.field) == ["amount"])
        var document = OrderDocument.applying(conflict, seenAt: at(2), to: first)
        #expect(document.order == first.order && document.cancelledSeenAt == nil)
        #expect(
            document.conflicts == OrderConflicts(count: 1, status: .cancelled, terms: conflict.terms, seenAt: at(2)))
        document = .applying(conflict, seenAt: at(3), to: document)
        #expect(document.conflicts?.count == 2 && document.conflicts?.seenAt == at(3))
        #expect(document.contributions == first.contributions)
    }

    @Test func aTimeThatTheClientDidNotGiveContradictsNothing() {
        let first = OrderDocument.applying(order(.created), seenAt: at(1), to: nil)
        var again = order(.confirmed)
        again.createdAt = at(5_000_000)
        let document = OrderDocument.applying(again, seenAt: at(2), isTimeAssigned: { true }, to: first)
        #expect(
            document.order.status == .confirmed && document.order.createdAt == order(.created).createdAt
                && document.conflicts == nil)
        #expect(OrderDocument.applying(again, seenAt: at(2), to: first).conflicts?.count == 1)
    }

    /// Whatever order the topics are read in, the document ends the same.
    @Test func aPaymentMayBeReadBeforeItsOrder() {
        let orderFirst = OrderDocument.applying(payment(), to: .applying(order(.confirmed), seenAt: at(1), to: nil))
        let paymentFirst = OrderDocument.applying(order(.confirmed), seenAt: at(1), to: .applying(payment(), to: nil))
        #expect(orderFirst.order == paymentFirst.order)
        #expect(orderFirst.payment == paymentFirst.payment)
        #expect(orderFirst.confirmedSeenAt == paymentFirst.confirmedSeenAt)
        #expect(orderFirst.createdSeenAt == paymentFirst.createdSeenAt)
    }

    @Test func anOrderIsLateAfterItsWindowsGraceOnly() {
        let end: Int64 = 1_020_000 + Lateness.graceMilliseconds  // the minute of 1 000 000 ends at 1 020 000
        #expect(!Lateness.isLate(.applying(order(.created), seenAt: at(end), to: nil)))
        #expect(Lateness.isLate(.applying(order(.created), seenAt: at(end + 1), to: nil)))
        #expect(!Lateness.isLate(.applying(payment(), to: nil)))
    }
}
