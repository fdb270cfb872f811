import KafkaProtocol
import KafkaRecords
import NIOCore

/// A record on its way to the broker, or from it.
struct WireRecord {
    var offset: Int64 = -1
    var timestamp: Int64
    var key: [UInt8]?
    var value: [UInt8]?
    var headers: [(name: String, value: [UInt8]?)] = []
}

/// Batches as a client sends and reads them.
enum WireBatches {
    static func make(
        _ records: [WireRecord], producerID: Int64, epoch: Int16, sequence: Int32, isTransactional: Bool
    ) throws -> ByteBuffer {
        var header = RecordBatchHeader()
        header.attributes = RecordAttributes(compression: .none, isTransactional: isTransactional)
        header.baseTimestamp = records.first?.timestamp ?? 0
        header.producerID = producerID
        header.producerEpoch = epoch
        header.baseSequence = sequence
        var builder = RecordBatchBuilder(header: header)
        for (index, record) in records.enumerated() {
            builder.append(
                offset: Int64(index), timestamp: record.timestamp, key: record.key.map { ByteBuffer(bytes: $0) },
                value: record.value.map { ByteBuffer(bytes: $0) }, headers: encoded(record.headers))
        }
        return try builder.finish().bytes
    }

    private static func encoded(_ headers: [(name: String, value: [UInt8]?)]) -> ByteBuffer? {
        if headers.isEmpty { return nil }
        var bytes = ByteBuffer()
        func append(_ number: Int) {
            var rest = UInt64(bitPattern: Int64((number << 1) ^ (number >> 63)))
            while rest >= 0x80 {
                bytes.writeInteger(UInt8(truncatingIfNeeded: rest) | 0x80)
                rest >>= 7
            }
            bytes.writeInteger(UInt8(rest))
        }
        append(headers.count)
        for header in headers {
            append(header.name.utf8.count)
            bytes.writeString(header.name)
            append(header.value?.count ?? -1)
            if let value = header.value { bytes.writeBytes(value) }
        }
        return bytes
    }

    /// The records of a fetched section from an offset on, without markers and what was aborted, and where to go on.
    static func read(
        _ section: ByteBuffer?, from offset: Int64, aborted: [FetchResponse.AbortedTransaction] = []
    ) throws -> (records: [WireRecord], next: Int64) {
        guard var rest = section else { return ([], offset) }
        var records: [WireRecord] = []
        var next = offset
        var pending = aborted.sorted { $0.firstOffset < $1.firstOffset }
        var abortedProducers: Set<Int64> = []
        while let batch = try RecordBatch.next(from: &rest) {
            try batch.verifyChecksum()
            while let first = pending.first, first.firstOffset <= batch.header.lastOffset {
                abortedProducers.insert(first.producerID)
                pending.removeFirst()
            }
            next = max(next, batch.header.nextOffset)
            if batch.header.attributes.isControl {
                if try TransactionMarker(batch) == .abort { abortedProducers.remove(batch.header.producerID) }
                continue
            }
            if batch.header.attributes.isTransactional, abortedProducers.contains(batch.header.producerID) { continue }
            var reader = try batch.records(maximumDecompressedBytes: 1 << 24)
            while let record = try reader.next() {
                guard batch.offset(of: record) >= offset else { continue }
                records.append(
                    WireRecord(
                        offset: batch.offset(of: record), timestamp: batch.timestamp(of: record),
                        key: record.key.map { Array($0.readableBytesView) },
                        value: record.value.map { Array($0.readableBytesView) },
                        headers: record.headers.withUnsafeReadableBytes {
                            RecordLayout.headers($0, from: 0, to: $0.count)
                        }))
            }
        }
        return (records, next)
    }
}
