import OrderEvents
import Testing

@testable import OrderServices

@Suite("Finding out the count of homes") struct HomeEvidenceTests {
    private func evidence(_ ids: ClosedRange<Int64>, homes: Int32, counts: [Int32]) -> HomeEvidence {
        var evidence = HomeEvidence(counts: counts)
        for id in ids { add(id, homes, to: &evidence) }
        return evidence
    }

    private func add(_ id: Int64, _ homes: Int32, to evidence: inout HomeEvidence) {
        let key = OrderKey(OrderID(id)!)
        key.withUnsafeBytes { evidence.add(key: $0, partition: key.partition(of: homes)) }
    }

    @Test(
        "the records say with which count their homes were computed, whatever the topics have now",
        arguments: [[6, 6, 6, 6], [12, 6, 6, 6], [12, 12, 12, 12], [8, 7, 24, 9]] as [[Int32]])
    func found(_ counts: [Int32]) {
        #expect(evidence(1...200, homes: 6, counts: counts).verdict == .count(6))
    }

    @Test("without any record the smallest topic's count is right: nothing lies anywhere yet")
    func empty() {
        #expect(HomeEvidence(counts: [12, 6, 6, 6]).verdict == .count(6))
        #expect(evidence(1...1, homes: 1, counts: [1, 1, 1, 1]).verdict == .count(1))
    }

    @Test("records of two counts contradict each other, and it is said how many")
    func contradictory() {
        var evidence = evidence(1...300, homes: 6, counts: [12, 12, 12, 12])
        for id in Int64(301)...400 { add(id, 12, to: &evidence) }
        guard case .contradictory(let likeliest, let records) = evidence.verdict else {
            Issue.record("no contradiction was seen")
            return
        }
        #expect(records == 400)
        #expect(likeliest.map(\.count) == [6, 12])
        #expect(likeliest[0].misfits > 0 && likeliest[0].misfits < likeliest[1].misfits)
    }
}

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
                    sums.begin(Audit.Round(index: index, count: rounds))
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
