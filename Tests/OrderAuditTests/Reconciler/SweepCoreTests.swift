import OrderEvents
import Testing
import TestSupport

@testable import OrderAudit
@testable import OrderServices

/// The sweep over the store, against a store in memory that changes under its hands.
@Suite struct SweepCoreTests {
    /// Documents and the aggregates that belong to them.
    private struct Shelf {
        var documents: [OrderDocument] = []
        var aggregates: [AggregateKey: Aggregate] = [:]
        var random: SeededGenerator

        init(seed: UInt64, orders: Int) throws {
            random = SeededGenerator(seed: seed)
            for number in 0..<orders { try add(Int64(number)) }
        }

        mutating func add(_ number: Int64) throws {
            let order = OrderGenerator(seed: 5).order(
                at: number, createdAt: AuditWorld.now.advanced(byMilliseconds: number * 4_000))
            var document = OrderDocument.applying(
                order, seenAt: AuditWorld.now.advanced(byMilliseconds: number % 9 == 0 ? 9_000_000 : 0), to: nil)
            document.revision = 1
            documents.append(document)
            try count(nil, document)
        }

        mutating func change() throws {
            let place = Int.random(in: 0..<documents.count, using: &random)
            let old = documents[place]
            let order = old.order
            documents[place] = .applying(
                Payment(
                    orderID: order.id, customerID: order.customerID,
                    status: [.paid, .declined].randomElement(using: &random)!,
                    amount: order.amount, country: order.country, processedAt: AuditWorld.now), to: old)
            try count(old, documents[place])
        }

        mutating func count(_ old: OrderDocument?, _ new: OrderDocument) throws {
            if old == new { return }
            for window in [AggregateWindow.allTime, .minute(of: new.order)] {
                let key = AggregateKey(window: window, partition: OrderKey(new.order.id).partition(of: 3))
                var aggregate = aggregates[key] ?? Aggregate(window: window, partition: key.partition)
                try aggregate.change(from: old, to: new)
                aggregate.late += window.lateness(of: new) - window.lateness(of: old)
                aggregate.revision += 1
                aggregates[key] = aggregate
            }
        }

        var totals: [Aggregate] { aggregates.values.filter { $0.window == .allTime } }
        func windows(_ from: Timestamp, _ to: Timestamp) -> [Aggregate] {
            aggregates.values.filter {
                if case .minute(let start) = $0.window { start >= from && start < to } else { false }
            }
        }
        var someWindow: AggregateKey { aggregates.keys.filter { $0.window != .allTime }.min { "\($0)" < "\($1)" }! }
    }

    /// One sweep, during which `meanwhile` is called now and then.
    private func sweep(
        _ core: inout SweepCore, _ shelf: inout Shelf, _ meanwhile: (inout Shelf) throws -> Void = { _ in }
    ) throws -> [SweepCore.Mismatch] {
        core.begin()
        for place in 0..<shelf.documents.count {
            core.add(shelf.documents[place])
            if place % 20 == 0 { try meanwhile(&shelf) }
        }
        for (from, to) in core.spans() {
            core.take(shelf.windows(from, to))
            try meanwhile(&shelf)
        }
        return core.finish(totals: shelf.totals)
    }

    @Test(arguments: Seeds.first(15)) func aRightStoreGivesNoFindingThoughItChanges(seed: UInt64) throws {
        var shelf = try Shelf(seed: seed, orders: 200)
        var core = SweepCore(partitions: 3)
        for round in 0..<12 {
            let mismatches = try sweep(&core, &shelf) { if round % 3 > 0 { try $0.change() } }
            #expect(mismatches.isEmpty, "\(mismatches)")
        }
        for _ in 0..<2 {
            let mismatches = try sweep(&core, &shelf)
            #expect(mismatches.isEmpty, "\(mismatches)")
        }
        #expect(core.windows == shelf.aggregates.count - shelf.totals.count && core.orders == 200)
        #expect(!core.hasSuspects)
    }

    @Test(arguments: [
        "order", "late", "country", "gone order", "window", "late window", "no window", "empty window", "totals",
    ])
    func whatDoesNotAddUpIsFoundWithinFourSweeps(what: String) throws {
        var shelf = try Shelf(seed: 1, orders: 200)
        var core = SweepCore(partitions: 3)
        for _ in 0..<2 {
            let mismatches = try sweep(&core, &shelf)
            #expect(mismatches.isEmpty)
        }
        let key = shelf.someWindow
        switch what {
        case "order": shelf.documents[77].order.amount.minorUnits += 1
        case "late": shelf.documents[77].createdSeenAt = .latest
        case "country": shelf.documents[77].order.country = CountryCode(code: "IS")!
        case "gone order": shelf.documents.remove(at: 77)
        case "window": try shelf.aggregates[key]!.change(from: nil, to: shelf.documents[0])
        case "late window": shelf.aggregates[key]!.late += 1
        case "no window": shelf.aggregates[key] = nil
        case "empty window":
            let window = AggregateWindow.minute(start: .epoch)
            var document = shelf.documents[0]
            document.order.createdAt = .epoch
            var aggregate = Aggregate(window: window, partition: 2, revision: 1)
            try aggregate.change(from: nil, to: document)
            shelf.aggregates[AggregateKey(aggregate)] = aggregate
        default:
            let total = AggregateKey(window: .allTime, partition: 1)
            try shelf.aggregates[total]!.change(from: nil, to: shelf.documents[3])
        }
        var mismatches: [SweepCore.Mismatch] = []
        for _ in 0..<4 { mismatches += try sweep(&core, &shelf) }
        #expect(!mismatches.isEmpty)
        #expect(mismatches.allSatisfy { $0.kind == .aggregate })
        if what == "order" { #expect(mismatches.contains { $0.detail.contains("sales") }, "\(mismatches)") }
    }

    @Test func spansCoverAllOfTimeInOrder() throws {
        var shelf = try Shelf(seed: 1, orders: 200)
        var core = SweepCore(partitions: 3)
        core.begin()
        for document in shelf.documents { core.add(document) }
        var far = shelf.documents[0]
        far.order.createdAt = Timestamp(millisecondsSinceEpoch: 1_900_000_000_000)
        core.add(far)
        let spans = core.spans()
        #expect(spans.first?.from == .epoch && spans.last?.to == .latest)
        for (left, right) in zip(spans, spans.dropFirst()) { #expect(left.to == right.from && left.from < left.to) }
        let mismatches = try sweep(&core, &shelf)
        #expect(mismatches.isEmpty)
    }
}
