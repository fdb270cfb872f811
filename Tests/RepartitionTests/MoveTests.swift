import OrderEvents
import StreamProcessing
import Testing

@testable import Repartition

@Suite("What a move copies") struct MoveRuleTests {
    @Test("an order's records are copied once, from their old home to their new one, and no others")
    func targets() {
        let rule = MoveRule(layout: HomeLayout(homes: 6, since: .epoch), homes: 10)
        for id in Int64(1)...300 {
            let id = OrderID(id)!
            let (old, new) = (OrderKey(id).partition(of: 6), OrderKey(id).partition(of: 10))
            let targets = (Int32(0)..<10).map { rule.target(of: id, .payments, $0, 0) }
            #expect(targets.compactMap(\.self) == (old == new ? [] : [new]))
            if old != new { #expect(targets[Int(old)] == new) }
        }
    }

    @Test(
        "the share that moves",
        arguments: [(6, 12, 0.5), (12, 6, 0.5), (6, 6, 0), (2, 3, 2.0 / 3), (1, 4, 0.75)] as [(Int32, Int32, Double)])
    func share(_ old: Int32, _ new: Int32, _ share: Double) {
        #expect(abs(MoveRule.share(from: old, to: new) - share) < 1e-9)
    }
}

@Suite("Windows after a move") struct PartitionSumsTests {
    private func document(_ id: Int64, revision: Int64 = 1) -> OrderDocument {
        OrderDocument(
            order: Order(
                id: OrderID(id)!, customerID: 1, amount: Money(minorUnits: 100 * id, currency: Currency(code: "USD")!),
                country: CountryCode(code: "US")!,
                status: .created, createdAt: Timestamp(millisecondsSinceEpoch: 1_700_000_000_000)),
            revision: revision, updatedAt: .epoch)
    }

    private func take(_ document: OrderDocument, at offset: Int64, by sums: inout PartitionSums) throws {
        var json = JSONBytes()
        document.encode(into: &json)
        try OrderKey(document.order.id).withUnsafeBytes { key in
            try json.withUnsafeBytes { try sums.take(key: key, value: $0, offset: offset) }
        }
    }

    private func take(_ aggregate: Aggregate, at offset: Int64, by sums: inout PartitionSums) throws {
        var (key, json) = (JSONBytes(), JSONBytes())
        aggregate.appendKey(to: &key)
        aggregate.encode(into: &json)
        try key.withUnsafeBytes { key in try json.withUnsafeBytes { try sums.take(key: key, value: $0, offset: offset) }
        }
    }

    /// Six partitions with the documents and sums of 60 orders become twelve; then the sums of all are those of all documents.
    @Test(
        "the sums of all partitions stay what they were, each counts its own orders, and a second look changes nothing",
        arguments: [1, 3])
    func halves(_ rounds: Int) throws {
        var old = HomeLayout(homes: 6, since: .epoch)
        old.move = HomeLayout.Move(
            epoch: HomeLayout.Epoch(
                homes: 12, since: .epoch, starts: ["order-analytics": Array(repeating: 1_000, count: 12)]),
            isPrepared: true)
        var layout = old
        layout.finishMove(ends: [:])
        var total: Int64 = 0
        for partition in Int32(0)..<12 {
            var log: [(OrderDocument, Int64)] = []
            var before = Aggregate(window: .allTime, partition: partition, revision: 7)
            for id in Int64(1)...60 {
                let (was, isNow) = (OrderKey(OrderID(id)!).partition(of: 6), OrderKey(OrderID(id)!).partition(of: 12))
                if was == partition {
                    log.append((document(id), id))
                    try before.change(from: nil, to: document(id))
                }
                if isNow == partition, was != isNow { log.append((document(id), 1_000 + id)) }
            }
            var sums = PartitionSums(layout: layout, partition: partition)
            func look(_ written: [Aggregate]) throws -> [Aggregate] {
                sums = PartitionSums(layout: layout, partition: partition)
                for index in 0..<rounds {
                    sums.begin(ReadingRound(index: index, count: rounds))
                    if !before.cells.isEmpty { try take(before, at: 500, by: &sums) }
                    for (document, offset) in log { try take(document, at: offset, by: &sums) }
                    for aggregate in written { try take(aggregate, at: 2_000, by: &sums) }
                    try sums.finishRound()
                }
                return sums.corrections(at: .epoch)
            }
            let due = try look([])
            #expect(due.allSatisfy { $0.partition == partition })
            if let all = due.first(where: { $0.window == .allTime }) {
                #expect(all.revision == (before.cells.isEmpty ? 1 : 8))
                total += all.cells.reduce(0) { $0 + $1.tally.orders }
            } else {
                total += before.cells.reduce(0) { $0 + $1.tally.orders }
            }
            #expect(try look(due).isEmpty)
        }
        #expect(total == 60)
    }
}
