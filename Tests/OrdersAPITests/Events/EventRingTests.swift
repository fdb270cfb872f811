import NIOCore
import OrderEvents
import Testing
import TestSupport

@testable import OrdersAPI

@Suite struct EventRingTests {
    private func ring(_ capacity: Int, _ changes: [(id: Int64, revision: Int64)]) -> EventRing {
        var ring = EventRing(capacity: capacity)
        for (index, change) in changes.enumerated() {
            _ = ring.append(
                partition: 0, offset: Int64(index), document: Sample.document(change.id, revision: change.revision))
        }
        return ring
    }

    private func orders(_ events: [ByteBuffer]) throws -> [Int64] {
        try events.map { event in
            let text = String(buffer: event)
            #expect(text.hasPrefix("event: order\ndata: {\"order_id\":"))
            #expect(text.hasSuffix("\n"))
            let data = text.split(separator: "\n")[1].dropFirst("data: ".count)
            return try #require(try JSONValue(String(data))["order_id"]?.int)
        }
    }

    @Test func changesAreHandedOutInTheOrderInWhichTheyCame() throws {
        var ring = ring(8, [(1, 1), (2, 1), (3, 1)])
        let taken = ring.take(from: 1, maximum: 10)
        #expect(try orders(taken.events) == [2, 3])
        #expect(taken.skipped == 0)
    }

    @Test func onlyTheLatestChangeOfAnOrderIsHandedOutAndTheOthersAreCounted() throws {
        var ring = ring(8, [(1, 1), (2, 1), (1, 2), (1, 3)])
        let taken = ring.take(from: 0, maximum: 10)
        #expect(try orders(taken.events) == [2, 1])
        #expect(taken.skipped == 2)
        #expect(String(buffer: taken.events[1]).contains("\"revision\":3"))
    }

    @Test func aChangeWithAnOlderRevisionDoesNotReplaceANewerOne() throws {
        var ring = ring(8, [(1, 5), (1, 4)])
        let taken = ring.take(from: 0, maximum: 10)
        #expect(taken.events.count == 1)
        #expect(String(buffer: taken.events[0]).contains("\"revision\":5"))
    }

    @Test func tooManyChangesAreCutToTheNewest() throws {
        var ring = ring(8, [(1, 1), (2, 1), (3, 1), (4, 1)])
        let taken = ring.take(from: 0, maximum: 2)
        #expect(try orders(taken.events) == [3, 4])
        #expect(taken.skipped == 2)
    }

    @Test func whatFellOutOfTheRingIsCountedAsSkipped() throws {
        var ring = ring(4, (1...10).map { ($0, 1) })
        #expect(ring.firstSequence == 6)
        let taken = ring.take(from: 2, maximum: 10)
        #expect(try orders(taken.events) == [7, 8, 9, 10])
        #expect(taken.skipped == 4)
    }

    @Test func anOrderWhoseChangeFellOutIsNotTakenForSuperseded() throws {
        var ring = ring(2, [(1, 1), (2, 1), (3, 1), (1, 2)])
        let taken = ring.take(from: 0, maximum: 10)
        #expect(try orders(taken.events) == [3, 1])
    }

    @Test func changesAfterAPositionAreFoundByPartition() throws {
        var ring = EventRing(capacity: 8)
        for (partition, offset, id) in [(0, 10, 1), (1, 5, 2), (0, 11, 3), (1, 6, 4)] as [(Int32, Int64, Int64)] {
            _ = ring.append(partition: partition, offset: offset, document: Sample.document(id))
        }
        let taken = ring.take(after: LogPosition([0: 10, 1: 5]), maximum: 10)
        #expect(try orders(taken.events) == [3, 4])
    }

    @Test func numbersGoOnAfterTheRingWasEmptied() throws {
        var ring = ring(4, [(1, 1), (2, 1), (3, 1)])
        let before = ring.nextSequence
        ring.removeAll()
        #expect(ring.nextSequence >= before)
        let start = ring.nextSequence
        for id in 1...6 { _ = ring.append(partition: 0, offset: Int64(id), document: Sample.document(Int64(id))) }
        #expect(try orders(ring.take(from: start, maximum: 10).events) == [3, 4, 5, 6])
    }

    @Test func anyMixOfChangesGivesEachOrdersLatestRevisionOnce() throws {
        var generator = SeededGenerator(seed: 42)
        for capacity in [1, 3, 16] {
            var ring = EventRing(capacity: capacity)
            var model: [(id: Int64, revision: Int64)] = []
            for step in 0..<200 {
                let id = Int64.random(in: 1...6, using: &generator)
                model.append((id, Int64(step)))
                _ = ring.append(partition: 0, offset: Int64(step), document: Sample.document(id, revision: Int64(step)))
                let cursor = Int.random(in: 0...step, using: &generator)
                let window = model[max(cursor, model.count - capacity)...]
                let expected = window.enumerated().filter { place, change in
                    !window.dropFirst(place + 1).contains { $0.id == change.id }
                }.map(\.element.id)
                let taken = ring.take(from: UInt64(cursor), maximum: 100)
                #expect(try orders(taken.events) == expected)
                #expect(taken.skipped == model.count - cursor - expected.count)
            }
        }
    }
}
