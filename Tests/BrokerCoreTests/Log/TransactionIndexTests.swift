import Testing

@testable import BrokerCore

@Suite("Transactions of a partition")
struct TransactionIndexTests {
    @Test("the last stable offset is the first one of an open transaction")
    func open() {
        var index = TransactionIndex()
        #expect(index.lastStableOffset(highWatermark: 50) == 50)
        index.begin(firstOffset: 20)
        index.begin(firstOffset: 30)
        #expect(index.lastStableOffset(highWatermark: 50) == 20)
        #expect(index.lastStableOffset(highWatermark: 10) == 10)
    }

    @Test("an ended transaction counts as undecided until its marker is durable")
    func ending() {
        var index = TransactionIndex()
        index.begin(firstOffset: 20)
        index.end(producerID: 1, firstOffset: 20, markerOffset: 49, committed: true)
        #expect(index.lastStableOffset(highWatermark: 49) == 20)
        index.settle(highWatermark: 49)
        #expect(index.lastStableOffset(highWatermark: 49) == 20)
        index.settle(highWatermark: 50)
        #expect(index.lastStableOffset(highWatermark: 50) == 50)
        #expect(index.aborted.isEmpty)
    }

    @Test("a fetch gets the aborted transactions that overlap it, and of no others")
    func overlap() {
        var index = TransactionIndex()
        for (first, last) in [(0, 9), (5, 19), (20, 29), (40, 49)] {
            index.begin(firstOffset: Int64(first))
            index.end(producerID: Int64(first), firstOffset: Int64(first), markerOffset: Int64(last), committed: false)
        }
        func producers(_ range: Range<Int64>) -> [Int64] { index.aborted(overlapping: range).map(\.producerID) }
        #expect(producers(0..<100) == [0, 5, 20, 40])
        #expect(producers(10..<20) == [5])
        #expect(producers(10..<21) == [5, 20])
        #expect(producers(30..<40) == [])
        #expect(producers(49..<50) == [40])
        index.prune(before: 20)
        #expect(producers(0..<100) == [20, 40])
    }
}
