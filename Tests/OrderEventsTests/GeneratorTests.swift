import Testing

@testable import OrderEvents

@Suite("Generated orders")
struct GeneratorTests {
    private let start = Timestamp(millisecondsSinceEpoch: 1_700_000_000_000)

    @Test("the same seed and number make the same order, another seed another")
    func deterministic() {
        let first = OrderGenerator(seed: 1)
        let again = OrderGenerator(seed: 1)
        let other = OrderGenerator(seed: 2)
        var same = 0
        for sequence in 0..<1_000 as Range<Int64> {
            #expect(first.event(at: sequence, start: start) == again.event(at: sequence, start: start))
            if first.event(at: sequence, start: start).amount == other.event(at: sequence, start: start).amount {
                same += 1
            }
        }
        #expect(same < 100)
    }

    @Test("orders are spread as a shop's are")
    func spread() throws {
        let generator = OrderGenerator(seed: 42)
        var flagged = 0
        var countries: [CountryCode: Int] = [:]
        var amounts: [Int64] = []
        let count: Int64 = 40_000
        for index in 0..<count {
            let order = generator.order(at: index, createdAt: start)
            #expect(try decode(Order.self, encoded(order)) == order)
            if FraudRule.builtIn.verdict(on: order) != nil { flagged += 1 }
            countries[order.country, default: 0] += 1
            if order.amount.currency == .usd { amounts.append(order.amount.minorUnits) }
        }
        let share = Double(flagged) / Double(count)
        #expect(share > 0.02 && share < 0.04, "\(share)")
        #expect(countries.count == MarketTable.shares.count)
        #expect(Double(countries[.unitedStates] ?? 0) / Double(count) > 0.35)
        let median = amounts.sorted()[amounts.count / 2]
        #expect(median > 3_500 && median < 6_500, "\(median)")
    }

    @Test("one event in sixteen changes an order made shortly before, and no identity is left out")
    func followUps() {
        let generator = OrderGenerator(seed: 9, firstID: OrderID(1_000)!)
        var created: [Int64: Order] = [:]
        var changes: [OrderStatus: Int] = [:]
        for sequence in 0..<16_000 as Range<Int64> {
            let order = generator.event(at: sequence, start: start)
            if order.status == .created {
                #expect(order.id.rawValue == 1_000 + Int64(created.count))
                created[order.id.rawValue] = order
            } else {
                changes[order.status, default: 0] += 1
                var before = order
                before.status = .created
                #expect(created[order.id.rawValue] == before)
                #expect(1_000 + Int64(created.count) - order.id.rawValue <= OrderGenerator.longestFollowUp)
            }
        }
        #expect(created.count == 15_000)
        #expect(changes[.confirmed, default: 0] > 500 && changes[.cancelled, default: 0] > 250)
    }

    @Test("run live, a change carries the time of the order it changes, also after a start in mid-sequence")
    func live() {
        var stream = OrderStream(generator: OrderGenerator(seed: 4), from: 1_000_000)
        var created: [OrderID: Order] = [:]
        var changed = 0
        for tick in 0..<5_000 as Range<Int64> {
            let order = stream.next(now: start.advanced(byMilliseconds: tick * 3))
            if order.status == .created {
                #expect(order.createdAt.millisecondsSinceEpoch == start.millisecondsSinceEpoch + tick * 3)
                created[order.id] = order
            } else {
                changed += 1
                #expect(created[order.id]?.createdAt == order.createdAt)
            }
        }
        #expect(changed > 200)
        #expect(stream.sequence > 1_005_000 - 1)
    }

    @Test("the shares of the markets are 1,024 in all, of real codes")
    func markets() {
        #expect(MarketTable.shares.map(\.2).reduce(0, +) == 1_024)
        for (country, currency, _, _) in MarketTable.shares {
            #expect(CountryCode(code: country) != nil && Currency(code: currency) != nil)
        }
    }

    @Test(
        "the fraud rule is exact at its threshold, in any currency",
        arguments: [
            ("300.00", "USD", "DE", false), ("300.01", "USD", "DE", true), ("300.01", "USD", "US", false),
            ("300.01", "CAD", "CA", false), ("300.01", "EUR", "CA", false), ("300", "JPY", "JP", false),
            ("301", "JPY", "JP", true), ("300.000", "KWD", "KW", false), ("300.001", "KWD", "KW", true),
            ("99999999", "EUR", "FR", true), ("0", "EUR", "FR", false),
        ])
    func fraudRule(_ amount: String, _ currency: String, _ country: String, _ isSuspect: Bool) throws {
        var order = Sample.order
        order.amount = try Money(amount, currency: #require(Currency(code: currency)))
        order.country = try #require(CountryCode(code: country))
        #expect((FraudRule.builtIn.verdict(on: order) == .highAmountRiskyCountry) == isSuspect)
        #expect((FraudRule.builtIn.alert(for: order, at: .epoch)?.orderID == order.id) == isSuspect)
    }
}
