import Kafka
import OrderEvents
import Testing

@testable import DeadLetters

@Suite struct ReplayPlannerTests {
    private func planner(
        _ options: ReplayOptions = ReplayOptions(), ledger: DeadLetterLedger = DeadLetterLedger(),
        partitions: [String: Int32]? = nil
    ) -> ReplayPlanner {
        ReplayPlanner(
            options: options,
            partitions: partitions ?? [
                "orders": 6, "payments": 6, "fraud-alerts": 6, "order-analytics": 6, "other": 6,
            ],
            ledger: ledger, by: "a test")
    }

    private func sent(_ verdict: ReplayPlanner.Verdict) -> ReplayRecord? {
        if case .send(let record, _) = verdict { record } else { nil }
    }
    private func refusal(_ verdict: ReplayPlanner.Verdict) -> String {
        if case .refused(let reason) = verdict { reason } else { "" }
    }

    private var home: Int32 { OrderKey(OrderID(42)!).partition(of: 6) }

    @Test func aMendedRecordKeepsKeyTimeAndHeadersAndSaysWhichReplayItIs() throws {
        var planner = planner()
        let letter = Letters.letter(partition: home, attempts: 1, own: [RecordHeader("trace", "t")])
        let verdict = planner.plan(letter, .value(Array(Letters.order.utf8)), now: 5)
        let record = try #require(sent(verdict))
        #expect(record.topic == "orders" && record.partition == home && record.timestamp == 1_700_000_000_000)
        #expect(record.key == Array("42".utf8) && record.value == Array(Letters.order.utf8))
        #expect(
            record.headers == [
                RecordHeader("trace", "t"), RecordHeader("dlq-attempts", "2"),
                RecordHeader("dlq-replay-of", letter.id.description),
            ])
        guard case .send(_, let decision) = verdict else { return }
        #expect(decision.attempt == 2 && decision.isCorrected && decision.at == 5 && decision.origin == letter.origin)
    }

    @Test func oneRecordServesTheLettersOfAllGroups() {
        var planner = planner()
        let value = ReplacedValue.value(Array(Letters.order.utf8))
        #expect(sent(planner.plan(Letters.letter(), value, now: 5)) != nil)
        #expect(planner.plan(Letters.letter(3, group: "fraud-group"), value, now: 5) == .covered)
        #expect(planner.plan(Letters.letter(), value, now: 5) == .covered)
        #expect(
            refusal(planner.plan(Letters.letter(4, group: "analytics-group"), .value([1]), now: 5)).contains(
                "another value"))
    }

    @Test func whatWasReplayedIsDoneAndWhatWasDiscardedIsRefusedUnlessAskedFor() {
        let letter = Letters.letter(value: Letters.order)
        var ledger = DeadLetterLedger()
        ledger.add(Letters.decision(.replayed, Letters.letter(1, group: "fraud-group"), at: 9))
        var done = planner(ledger: ledger)
        #expect(done.plan(letter, .original, now: 5) == .done(at: 9))
        ledger = DeadLetterLedger()
        ledger.add(Letters.decision(.discarded, letter))
        var refusing = planner(ledger: ledger)
        #expect(refusal(refusing.plan(letter, .original, now: 5)).contains("--state discarded"))
        var taking = planner(ReplayOptions(takesDiscarded: true), ledger: ledger)
        #expect(sent(taking.plan(letter, .original, now: 5)) != nil)
    }

    @Test func whatWouldFailAgainIsRefusedWithEveryFaultUnlessForced() {
        let wrong =
            #"{"order_id":42,"customer_id":7,"currency":"XXQ","country":"US","status":"LOST","created_at":"2026-01-01T00:00:00Z"}"#
        var careful = planner()
        let reason = refusal(careful.plan(Letters.letter(), .value(Array(wrong.utf8)), now: 5))
        #expect(
            reason.contains("amount") && reason.contains("currency") && reason.contains("status")
                && reason.contains("--force"))
        #expect(refusal(careful.plan(Letters.letter(value: nil), .original, now: 5)).contains("no value"))
        var forced = planner(ReplayOptions(isForced: true))
        let record = sent(forced.plan(Letters.letter(key: nil, value: nil), .original, now: 5))
        #expect(record != nil && record?.key == nil && record?.value == nil && record?.partition == 0)
    }

    @Test func aConflictIsNotReplayedAsItIsAndAnOrderThatWasReadIsNotReplayedAsAnother() {
        let other = Letters.order.replacing("2.50", with: "9999.00")
        var planner = planner()
        let conflict = Letters.letter(group: "analytics-group", code: "conflicting_order", value: other)
        #expect(refusal(planner.plan(conflict, .original, now: 5)).contains("new order_id"))
        // Another status makes it no less a conflict.
        #expect(
            refusal(planner.plan(conflict, .value(Array(other.replacing("CREATED", with: "CANCELLED").utf8)), now: 5))
                .contains("set aside again"))
        #expect(sent(planner.plan(conflict, .value(Array(Letters.order.utf8)), now: 5)) != nil)
        let refused = Letters.letter(18, origin: 9, code: "gateway_refused", value: Letters.order)
        #expect(
            refusal(planner.plan(refused, .value(Array(other.utf8)), now: 5)).contains(
                "amount is 9999.00 USD instead of 2.50 USD"))
        #expect(sent(planner.plan(refused, .original, now: 5)) != nil)
        var forced = self.planner(ReplayOptions(isForced: true))
        #expect(sent(forced.plan(conflict, .original, now: 5)) != nil)
    }

    @Test func theAttemptCapRefusesAndSaysHowToRaiseIt() {
        var planner = planner()
        #expect(
            sent(planner.plan(Letters.letter(origin: 1, value: Letters.order, attempts: 2), .original, now: 5)) != nil)
        let reason = refusal(
            planner.plan(Letters.letter(origin: 2, value: Letters.order, attempts: 3), .original, now: 5))
        #expect(reason.contains("3 times") && reason.contains("--max-attempts 4"))
    }

    @Test func aRecordInTheWrongPartitionGoesHomeUnderItsOrdersKey() throws {
        let payment = Payment(
            orderID: OrderID(42)!, customerID: 7, status: .paid,
            amount: Money(minorUnits: 250, currency: Currency(code: "USD")!),
            country: try #require(CountryCode(code: "US")), declineReason: nil, processedAt: .epoch)
        var json = JSONBytes()
        payment.encode(into: &json)
        var planner = planner()
        let letter = Letters.letter(
            topic: "payments", partition: (home + 1) % 6, group: "analytics-group", code: "wrong_partition",
            key: "elsewhere",
            value: String(decoding: json.bytes, as: UTF8.self))
        let record = try #require(sent(planner.plan(letter, .original, now: 5)))
        #expect(record.topic == "payments" && record.partition == home && record.key == Array("42".utf8))
    }

    @Test func whatHasNoPlaceToGoBackToIsRefused() {
        var planner = planner()
        #expect(refusal(planner.plan(Letters.letter(origin: nil), .original, now: 5)).contains("headers"))
        #expect(refusal(planner.plan(Letters.letter(topic: "gone"), .original, now: 5)).contains("no topic gone"))
        #expect(
            refusal(planner.plan(Letters.letter(topic: "other", partition: 6), .original, now: 5)).contains(
                "no partition 6"))
        #expect(
            refusal(planner.plan(Letters.letter(topic: "order-analytics", group: "sink-group"), .original, now: 5))
                .contains("restores"))
        #expect(sent(planner.plan(Letters.letter(topic: "other", partition: 5), .original, now: 5))?.partition == 5)
    }
}
