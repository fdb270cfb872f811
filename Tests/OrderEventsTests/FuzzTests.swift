import Foundation
import Testing
import TestSupport

@testable import OrderEvents

/// Seeded: a failure repeats. More runs: change the seeds, or raise the counts.
@Suite("Decoders under arbitrary input")
struct FuzzTests {
    /// Valid events of all kinds, each drawn by itself.
    private struct Events {
        var random: SeededGenerator
        let generator: OrderGenerator

        init(seed: UInt64) {
            random = SeededGenerator(seed: seed)
            generator = OrderGenerator(seed: seed)
        }

        mutating func order() -> Order {
            var order = generator.event(at: Int64(random.next() % 1_000_000), start: Sample.order.createdAt)
            switch random.next() % 8 {
            case 0: order.amount.minorUnits = Int64(random.next() % UInt64(Money.maximumMinorUnits + 1))
            case 1: order.id = OrderID(Int64(random.next() % UInt64(OrderID.maximum)) + 1)!
            case 2: order.createdAt = Timestamp(millisecondsSinceEpoch: Int64(random.next() % 253_402_300_800_000))
            case 3: order.amount.currency = Currency(code: CurrencyTable.codes.randomElement(using: &random)!)!
            default: break
            }
            return order
        }

        mutating func document() -> OrderDocument {
            let order = order()
            var document = Sample.document(
                order, payment: [nil, .paid, .declined, .refunded].randomElement(using: &random)!,
                flagged: Bool.random(using: &random), revision: Int64(random.next() >> 11))
            if random.next() % 4 == 0 { document.order.amount = self.order().amount }
            if random.next() % 4 == 0 { document.order.country = .canada }
            if random.next() % 4 == 0 { document.order.customerID = 0 }
            for status in OrderStatus.allCases where Bool.random(using: &random) {
                document.noteSeen(status, at: self.order().createdAt)
            }
            return document
        }

        mutating func aggregate() -> Aggregate {
            var aggregate = Aggregate(
                window: Bool.random(using: &random) ? .allTime : .minute(of: order()),
                partition: Int32(random.next() % 12), late: Int64(random.next() % 3),
                revision: Int64(random.next() % 1_000), updatedAt: order().createdAt)
            for _ in 0..<random.next() % 5 {
                let document = document()
                // Beyond the sum of 64 bits nothing is added, which is all right here.
                try? aggregate.add(
                    document.singleContribution ?? .zero, document.order.country, document.order.amount.currency)
            }
            return aggregate
        }
    }

    /// Encodes, decodes, rewrites in other words, decodes again: the same each time.
    private func check<Value: EventValue & Equatable>(_ value: Value, _ random: inout SeededGenerator) throws {
        let json = encoded(value)
        #expect(try decode(Value.self, json) == value)
        let other = JSONTree(compact: json).rewritten(&random)
        let read: Value
        do { read = try decode(Value.self, other) } catch {
            Issue.record("\(other): \(error)")
            return
        }
        if read != value { Issue.record("\(other) reads as \(read)") }
    }

    @Test("whatever is encoded decodes as itself, also when it is written in other words")
    func roundTrip() throws {
        var events = Events(seed: 77)
        var random = SeededGenerator(seed: 78)
        for _ in 0..<1_500 {
            let order = events.order()
            try check(order, &random)
            try check(Sample.payment(of: order, random.next() % 2 == 0 ? .paid : .declined), &random)
            if let alert = FraudRule(thresholdUnits: 0, trustedCountries: []).alert(for: order, at: order.createdAt) {
                try check(alert, &random)
            }
            try check(events.document(), &random)
            try check(events.aggregate(), &random)
        }
    }

    @Test("mutated and random bytes end in a value or a typed error, never in a trap")
    func mutations() {
        var events = Events(seed: 99)
        var mutator = Mutator(seed: 100)
        var taken = 0
        for round in 0..<20_000 {
            let seed =
                switch round % 9 {
                case 0, 1: encoded(events.order())
                case 2, 3: encoded(Sample.payment(of: events.order(), .declined))
                case 4, 5: encoded(events.document())
                case 6, 7: encoded(events.aggregate())
                default: String(decoding: mutator.noise(), as: UTF8.self)
                }
            let input = mutator.mutate(Array(seed.utf8))
            taken += survives(Order.self, input) + survives(Payment.self, input) + survives(FraudAlert.self, input)
            taken += survives(AnalyticsEvent.self, input) + survives(Aggregate.self, input)
            input.withUnsafeBytes {
                _ = Order.validate(json: $0)
                _ = OrderDraft.validate(json: $0)
            }
        }
        // Some mutations are harmless: else the test would only see the first error of each decoder.
        #expect(taken > 500)
    }

    /// 1 if the input was taken; what was taken must then be stable.
    private func survives<Value: EventValue & Equatable>(_ type: Value.Type, _ input: [UInt8]) -> Int {
        guard let value = try? decode(type, input) else { return 0 }
        guard let again = try? decode(type, encoded(value)), again == value else {
            Issue.record("\(String(decoding: input, as: UTF8.self)) is taken, and not read back as it was written")
            return 1
        }
        return 1
    }

    @Test("what is valid JSON is decided as Foundation decides it")
    func validity() {
        var events = Events(seed: 55)
        var mutator = Mutator(seed: 56)
        var valid = 0
        for _ in 0..<6_000 {
            var random = events.random
            let text = JSONTree(compact: encoded(events.document())).rewritten(&random)
            let input = mutator.mutate(Array(text.utf8), alphabet: .printable)
            let ours = input.withUnsafeBytes { bytes in
                var scanner = JSONScanner(bytes)
                do throws(EventError) {
                    try scanner.skipValue()
                    try scanner.finish()
                    return true
                } catch { return false }
            }
            guard !Mutator.foundationDiffers(input) else { continue }
            // A throw is Foundation's way to say no.
            let theirs = (try? JSONSerialization.jsonObject(with: Data(input), options: .fragmentsAllowed)) != nil
            if ours { valid += 1 }
            if ours != theirs {
                Issue.record("\(String(decoding: input, as: UTF8.self)): \(ours), Foundation \(theirs)")
            }
        }
        #expect(valid > 250)
    }
}
