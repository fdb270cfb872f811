import Testing

@testable import BrokerCore
@testable import KafkaProtocol
@testable import KafkaRecords

@Suite("Producers of a partition")
struct ProducerTableTests {
    private func batch(_ sequence: Int32, count: Int32 = 1, epoch: Int16 = 0, at offset: Int64 = 0) -> RecordBatchHeader
    {
        var header = RecordBatchHeader()
        header.baseOffset = offset
        header.producerID = 7
        header.producerEpoch = epoch
        header.baseSequence = sequence
        header.lastOffsetDelta = count - 1
        header.recordCount = count
        return header
    }

    private func table(_ batches: RecordBatchHeader...) -> ProducerTable {
        var table = ProducerTable()
        for batch in batches { _ = table.append(batch, now: 1000) }
        return table
    }

    @Test("a batch without a producer id is always taken")
    func plain() {
        var plain = batch(-1)
        plain.producerID = -1
        #expect(table(batch(0)).check(plain) == .append)
    }

    @Test("a producer that the partition does not know, or no longer, begins wherever it is")
    func first() {
        #expect(table().check(batch(0)) == .append)
        var forgetful = table(batch(0))
        forgetful.expire(before: 1001)
        #expect(forgetful.check(batch(5)) == .append)
        _ = forgetful.append(batch(5), now: 2000)
        #expect(forgetful.check(batch(6)) == .append)
        #expect(forgetful.check(batch(8)) == .refuse(.outOfOrderSequenceNumber))
    }

    @Test("while a transaction is open only its own batches are taken from its producer")
    func withinTransaction() {
        var table = ProducerTable()
        var first = batch(0, at: 40)
        first.attributes = RecordAttributes(isTransactional: true)
        _ = table.append(first, now: 0)
        #expect(table.check(batch(1)) == .refuse(.invalidTxnState))
        #expect(table.check(batch(0, epoch: 1)) == .refuse(.invalidTxnState))
        _ = table.endTransaction(producerID: 7, epoch: 0, now: 0)
        #expect(table.check(batch(1)) == .append)
    }

    @Test("the next batch follows the last one; a gap is out of order")
    func order() {
        let table = table(batch(0, count: 10))
        #expect(table.check(batch(10)) == .append)
        #expect(table.check(batch(11)) == .refuse(.outOfOrderSequenceNumber))
    }

    @Test("any of the last five batches is acknowledged again with its offset")
    func duplicates() {
        var table = ProducerTable()
        for index in 0..<6 { _ = table.append(batch(Int32(index), at: Int64(100 + index)), now: 0) }
        for index in 1..<6 {
            #expect(table.check(batch(Int32(index))) == .duplicate(baseOffset: Int64(100 + index), timestamp: -1))
        }
        #expect(table.check(batch(0)) == .refuse(.duplicateSequenceNumber))
    }

    @Test("a repeated batch of another length is not taken for a duplicate")
    func otherLength() {
        #expect(table(batch(0, count: 10)).check(batch(0, count: 9)) == .refuse(.duplicateSequenceNumber))
    }

    @Test("a newer epoch begins at 0 and fences the older one")
    func epochs() {
        let old = table(batch(0), batch(1))
        #expect(old.check(batch(1, epoch: 1)) == .refuse(.outOfOrderSequenceNumber))
        #expect(old.check(batch(0, epoch: 1)) == .append)
        let new = table(batch(0), batch(0, epoch: 1))
        #expect(new.check(batch(1, epoch: 0)) == .refuse(.invalidProducerEpoch))
        #expect(new.check(batch(1, epoch: 1)) == .append)
    }

    @Test("sequences go round from 2^31-1 to 0")
    func wrap() {
        let almost = table(batch(0), batch(.max - 1, count: 2, at: 1))
        #expect(almost.check(batch(0, at: 3)) != .refuse(.outOfOrderSequenceNumber))
        let within = table(batch(.max - 1, count: 4))
        #expect(within.entries[7]?.lastSequence == 1)
        #expect(within.check(batch(2)) == .append)
    }

    @Test("a transaction is open from its first batch to its marker")
    func transaction() {
        var table = ProducerTable()
        var first = batch(0, at: 40)
        first.attributes = RecordAttributes(isTransactional: true)
        #expect(table.append(first, now: 0) == 40)
        var second = batch(1, at: 41)
        second.attributes = first.attributes
        #expect(table.append(second, now: 0) == nil)
        #expect(table.endTransaction(producerID: 7, epoch: 0, now: 0) == 40)
        #expect(table.endTransaction(producerID: 7, epoch: 0, now: 0) == nil)
        #expect(table.check(batch(2)) == .append)
    }

    @Test("a marker of a newer epoch fences and lets the new producer begin at 0")
    func fencingMarker() {
        var table = table(batch(0), batch(1))
        _ = table.endTransaction(producerID: 7, epoch: 1, now: 0)
        #expect(table.check(batch(2)) == .refuse(.invalidProducerEpoch))
        #expect(table.check(batch(0, epoch: 1)) == .append)
        #expect(table.check(batch(3, epoch: 1)) == .refuse(.outOfOrderSequenceNumber))
    }

    @Test("silent producers are forgotten, but never one with an open transaction")
    func expiry() {
        var table = table(batch(0))
        var other = batch(0, at: 5)
        other.producerID = 8
        other.attributes = RecordAttributes(isTransactional: true)
        _ = table.append(other, now: 1000)
        table.expire(before: 1000)
        #expect(table.entries.count == 2)
        table.expire(before: 1001)
        #expect(table.entries.keys.sorted() == [8])
    }
}
