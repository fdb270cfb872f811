import OrderEvents
import Testing
import TestSupport

@Suite("Aggregates")
struct AggregateTests {
    private func fold(_ documents: [OrderDocument], window: AggregateWindow = .allTime) throws -> Aggregate {
        var aggregate = Aggregate(window: window, partition: 0)
        for document in documents { try aggregate.change(from: nil, to: document) }
        return aggregate
    }

    @Test("a document adds its order, payment and flag to the cell of its country and currency")
    func contribution() throws {
        let aggregate = try fold([
            Sample.document(Sample.order(1, cents: 100), payment: .paid),
            Sample.document(Sample.order(2, cents: 200), payment: .declined, flagged: true),
            Sample.document(Sample.order(3, cents: 400, status: .cancelled)),
            Sample.document(Sample.order(4, cents: 800), payment: .refunded),
            Sample.document(Sample.order(5, cents: 1_600, country: .canada)),
        ])
        #expect(aggregate.cells.map(\.country) == [.canada, .unitedStates])
        var expected = Tally()
        expected.orders = 4
        expected.sales = 1_100
        expected.cancelled = 1
        (expected.paid, expected.paidAmount) = (1, 100)
        (expected.declined, expected.declinedAmount) = (1, 200)
        (expected.flagged, expected.flaggedAmount) = (1, 200)
        #expect(aggregate.cells[1].tally == expected)
    }

    @Test("steps from document to document add up to the last documents, in any order of orders")
    func differences() throws {
        let generator = OrderGenerator(seed: 5)
        var random = SeededGenerator(seed: 11)
        var documents: [Int64: OrderDocument] = [:]
        var aggregate = Aggregate(window: .allTime, partition: 0)
        for sequence in 0..<3_000 as Range<Int64> {
            let order = generator.event(at: sequence, start: Sample.order.createdAt)
            let old = documents[order.id.rawValue]
            var new = Sample.document(
                order, payment: [nil, .paid, .declined].randomElement(using: &random)!,
                flagged: Bool.random(using: &random))
            if random.next() % 50 == 0 {
                // The order changed its country or currency after it was paid.
                new.order.country = .germany
                new.order.amount.currency = .eur
            }
            try aggregate.change(from: old, to: new)
            documents[order.id.rawValue] = new
        }
        let direct = try fold(documents.values.map { $0 })
        #expect(aggregate.cells == direct.cells)
        for document in documents.values { try aggregate.change(from: document, to: nil) }
        #expect(aggregate.cells.isEmpty)
    }

    @Test("an order that moves to another minute leaves the one and enters the other")
    func moved() throws {
        let before = Sample.document(Sample.order(1, at: 60_000))
        let after = Sample.document(Sample.order(1, at: 120_000))
        #expect(AggregateWindow.minute(of: before.order) == .minute(start: Timestamp(millisecondsSinceEpoch: 60_000)))
        var first = try fold([before], window: .minute(of: before.order))
        var second = try fold([], window: .minute(of: after.order))
        var total = try fold([before])
        try first.change(from: before, to: after)
        try second.change(from: before, to: after)
        try total.change(from: before, to: after)
        #expect(first.cells.isEmpty)
        #expect(second.cells.first?.tally.orders == 1)
        #expect(total.cells.first?.tally.orders == 1)
    }

    @Test("a sum of the largest amounts goes on past 64 bits, exactly, and reads back")
    func wide() throws {
        var aggregate = Aggregate(window: .allTime, partition: 0)
        let count: Int64 = 20_000
        for id in 1...count {
            try aggregate.change(
                from: nil, to: Sample.document(Sample.order(id, cents: Money.maximumMinorUnits), payment: .paid))
        }
        let sum = MinorUnits(count) * MinorUnits(Money.maximumMinorUnits)
        #expect(aggregate.cells[0].tally.sales == sum && aggregate.cells[0].tally.paidAmount == sum)
        #expect(
            encoded(aggregate).contains(
                "\"sales\":199999999999999800.00,\"paid\":20000,\"paid_amount\":199999999999999800.00"))
        #expect(try decode(Aggregate.self, encoded(aggregate)) == aggregate)
        var total = aggregate
        for _ in 0..<5 { total.add(aggregate) }
        #expect(total.byCurrency()[0].tally.sales == sum * 6 && total.counts().orders == 120_000)
        for id in 1...count {
            try aggregate.change(
                from: Sample.document(Sample.order(id, cents: Money.maximumMinorUnits), payment: .paid), to: nil)
        }
        #expect(aggregate.cells.isEmpty)
    }

    @Test("all the orders that there can be add up, and more is refused on the wire")
    func largest() throws {
        for (currency, digits) in [(Currency.usd, 2), (.jpy, 0), (.kwd, 3)] {
            for sign in [1, -1] as [MinorUnits] {
                var tally = Tally()
                tally.orders = 1
                tally.sales = sign * MinorUnits(OrderID.maximum) * MinorUnits(Money.maximumMinorUnits)
                let aggregate = Aggregate(
                    window: .allTime, partition: 0,
                    cells: [AggregateCell(country: .unitedStates, currency: currency, tally: tally)])
                let json = encoded(aggregate)
                let text = "\(tally.sales.magnitude)"
                let whole = text.dropLast(digits)
                #expect(json.contains("\(whole)\(digits == 0 ? "" : "." + text.suffix(digits))"))
                #expect(try decode(Aggregate.self, json) == aggregate)
                #expect(
                    failure(
                        Aggregate.self, json.replacing("\"sales\":", with: "\"sales\":1").replacing("1-", with: "-1"))?
                        .field == "cells.sales")
            }
        }
        var json = encoded(Aggregate(window: .allTime, partition: 0)).replacing(
            "\"cells\":[]", with: #""cells":[{"country":"US","currency":"JPY","orders":1,"sales":1.5}]"#)
        #expect(failure(Aggregate.self, json)?.code == .outOfRange)
        json = json.replacing("1.5", with: "15.000")
        #expect(try decode(Aggregate.self, json).cells[0].tally.sales == 15)
    }

    @Test("a sum over partitions has as many pairs of country and currency as there are")
    func manyPairs() throws {
        let codes = (UInt16(0)...UInt16.max).compactMap { CountryCode(packed: $0) }
        func part(_ partition: Int32, _ currencies: [Currency]) throws -> Aggregate {
            var aggregate = Aggregate(window: .allTime, partition: partition)
            var id: Int64 = 0
            for country in codes {
                for currency in currencies {
                    id += 1
                    try aggregate.change(
                        from: nil, to: Sample.document(Sample.order(id, cents: 1, currency: currency, country: country))
                    )
                }
            }
            return aggregate
        }
        let parts = [
            try part(0, [.usd, .eur, .gbp, .cad, .jpy]),
            try part(1, [.kwd, Currency(code: "CHF")!, Currency(code: "SEK")!, Currency(code: "NOK")!]),
        ]
        let sum = try #require(Aggregate.summed(parts).first)
        #expect(
            sum.cells.count == parts[0].cells.count + parts[1].cells.count && sum.cells.count > Aggregate.maximumCells)
    }

    @Test("the pairs of country and currency in one aggregate are bounded")
    func bounded() throws {
        var aggregate = Aggregate(window: .allTime, partition: 0)
        var id: Int64 = 0
        let codes = (UInt16(0)...UInt16.max).compactMap { CountryCode(packed: $0) }
        let currencies = ["USD", "EUR", "GBP", "JPY", "CHF", "KWD", "INR", "BRL", "SEK"].compactMap {
            Currency(code: $0)
        }
        var error: EventError?
        for country in codes {
            for currency in currencies where error == nil {
                id += 1
                do throws(EventError) {
                    try aggregate.change(
                        from: nil,
                        to: Sample.document(
                            Sample.order(id, cents: Money.maximumMinorUnits, currency: currency, country: country)))
                } catch let problem { error = problem }
            }
        }
        #expect(aggregate.cells.count == Aggregate.maximumCells)
        #expect(error?.code == .tooLarge)
        var bytes = JSONBytes()
        aggregate.encode(into: &bytes)
        #expect(bytes.count < 1_000_000)
        #expect(try decode(Aggregate.self, bytes.bytes) == aggregate)
    }

    @Test("an aggregate reads and writes as a document of its own, under its window's key")
    func codec() throws {
        var aggregate = try fold(
            [
                Sample.document(Sample.order(1, cents: 12_345), payment: .paid),
                Sample.document(
                    Sample.order(2, cents: 500, currency: .jpy, country: .canada), payment: .declined, flagged: true),
            ], window: .minute(of: Sample.order))
        aggregate.partition = 3
        aggregate.late = 2
        aggregate.revision = 17
        aggregate.updatedAt = Sample.order.createdAt
        #expect(
            encoded(aggregate) == """
                {"type":"window","window_start":"2024-01-15T10:30:00Z","window_end":"2024-01-15T10:31:00Z","partition":3,\
                "cells":[{"country":"CA","currency":"JPY","orders":1,"sales":500,"declined":1,"declined_amount":500,"flagged":1,\
                "flagged_amount":500},{"country":"US","currency":"USD","orders":1,"sales":123.45,"paid":1,"paid_amount":123.45}],\
                "late":2,"revision":17,"updated_at":"2024-01-15T10:30:00Z"}
                """)
        #expect(try decode(AnalyticsEvent.self, encoded(aggregate)) == .aggregate(aggregate))
        #expect(
            String(decoding: Topics.orderAnalytics.key(of: .aggregate(aggregate)), as: UTF8.self)
                == "window/2024-01-15T10:30:00Z/3")
        aggregate.window = .allTime
        #expect(try decode(Aggregate.self, encoded(aggregate)) == aggregate)
        #expect(String(decoding: Topics.orderAnalytics.key(of: .aggregate(aggregate)), as: UTF8.self) == "totals/3")
        let cell = "{\"country\":\"US\",\"currency\":\"USD\",\"orders\":1}"
        let twice =
            "{\"type\":\"totals\",\"partition\":0,\"cells\":[\(cell),\(cell)],\"late\":0,\"revision\":1,\"updated_at\":\"2024-01-15T10:30:00Z\"}"
        #expect(failure(Aggregate.self, twice)?.code == .duplicateField)
        #expect(
            failure(Aggregate.self, encoded(aggregate).replacing("\"totals\"", with: "\"window\""))?.field
                == "window_start")
    }

    @Test("sums over partitions equal one aggregate of all orders")
    func partitions() throws {
        let generator = OrderGenerator(seed: 3)
        var whole = Aggregate(window: .allTime, partition: 0)
        var parts = (0..<6).map { Aggregate(window: .allTime, partition: Int32($0)) }
        for index in 0..<2_000 as Range<Int64> {
            let document = Sample.document(
                generator.order(at: index, createdAt: .epoch), payment: index % 3 == 0 ? .declined : .paid)
            try whole.change(from: nil, to: document)
            try parts[Int(index % 6)].change(from: nil, to: document)
        }
        for place in parts.indices { parts[place].late = 1 }
        let sum = try #require(Aggregate.summed(parts).first)
        #expect(sum.cells == whole.cells)
        #expect(sum.late == 6 && sum.partition == Aggregate.allPartitions)
        #expect(sum.counts().orders == 2_000)
        #expect(sum.byCurrency().map(\.tally.orders).reduce(0, +) == 2_000)
        #expect(sum.byCountry().map(\.counts.paid).reduce(0, +) == sum.counts().paid)
        #expect(sum.byCountry().flatMap(\.cells) == sum.cells)
        let windows = Aggregate.summed([
            Aggregate(window: .minute(start: Timestamp(millisecondsSinceEpoch: 60_000)), partition: 1),
            Aggregate(window: .minute(start: .epoch), partition: 0),
            Aggregate(window: .minute(start: Timestamp(millisecondsSinceEpoch: 60_000)), partition: 0),
        ])
        #expect(
            windows.map(\.window) == [
                .minute(start: .epoch), .minute(start: Timestamp(millisecondsSinceEpoch: 60_000)),
            ])
    }
}
