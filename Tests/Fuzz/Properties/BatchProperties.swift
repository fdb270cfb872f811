import NIOCore

@testable import BrokerCore
@testable import KafkaProtocol
@testable import KafkaRecords

/// A record section is taken or refused; what is taken can be read by every consumer, within bounds.
enum BatchProperties {
    /// Of decompressed records; small, so that bombs show.
    static let maximumDecompressedBytes = 1 << 16

    static func check(_ input: UnsafeRawBufferPointer) throws {
        try checkSection(ByteBuffer(bytes: input))
        guard input.count >= RecordBatchHeader.size else { return }
        var mended = Array(input)
        BatchMending.mend(&mended, 0..<mended.count)
        try checkSection(ByteBuffer(bytes: mended))
        try checkCompression(mended)
    }

    private static var limits: ProduceLimits {
        ProduceLimits(maximumBatchBytes: 1 << 20, maximumDecompressedBytes: maximumDecompressedBytes)
    }

    private static func checkSection(_ section: ByteBuffer) throws {
        do {
            let batch = try RecordBatch.produced(section, limits: limits)
            try require(differsInTimestampsOnly(batch.bytes, section), "a produced batch is not its section")
            try batch.verifyChecksum()
            try checkTaken(batch)
        } catch let error as RecordError {
            try require(!error.description.isEmpty && error.errorCode != .none, "an error without a code")
        }
        var rest = section
        // Whatever is no batch ends the reading.
        while let batch = try? RecordBatch.next(from: &rest) {
            try require(batch.bytes.readableBytes == batch.header.totalBytes, "a batch that is not whole")
            try checkReading(batch)
        }
    }

    /// The broker sets right what a header says of its records' timestamps: the flags, the greatest one, and the checksum over them.
    private static func differsInTimestampsOnly(_ batch: ByteBuffer, _ section: ByteBuffer) -> Bool {
        typealias Field = RecordBatchHeader.Field
        func plain(_ bytes: ByteBuffer) -> ByteBuffer {
            var bytes = ByteBuffer(bytes: bytes.readableBytesView)
            var attributes = RecordAttributes(rawValue: bytes.getInteger(at: Field.attributes, as: UInt16.self) ?? 0)
            attributes.timestampType = .createTime
            attributes.hasDeleteHorizon = false
            bytes.setInteger(attributes.rawValue, at: Field.attributes)
            bytes.setInteger(Int64(0), at: Field.maxTimestamp)
            bytes.setInteger(UInt32(0), at: Field.checksum)
            return bytes
        }
        return plain(batch) == plain(section)
    }

    /// A batch that producers may send: all of its records can be read, and it can be compacted and stamped.
    private static func checkTaken(_ batch: RecordBatch) throws {
        let records = try read(batch)
        try require(records.count == Int(batch.header.recordCount), "records are missing")
        for (index, record) in records.enumerated() {
            try require(Int(record.offsetDelta) == index, "offsets are not dense")
            try require(batch.timestamp(of: record) <= batch.header.maxTimestamp, "a record is later than its batch")
        }
        let greatest = records.reduce(-1) { max($0, batch.timestamp(of: $1)) }
        try require(batch.header.maxTimestamp == greatest, "the greatest timestamp is no record's")
        var stamped = batch
        stamped.setLogAppendTime(1_700_000_000_000)
        try stamped.verifyChecksum()
        try require(try read(stamped) == records, "a timestamp changed the records")
        for kept in [0, 1] {
            let filtered = try batch.filtered(
                maximumDecompressedBytes: maximumDecompressedBytes, deleteHorizon: 1_700_000_000_000
            ) {
                Int($0.offsetDelta) % 2 == kept
            }
            let expected = records.filter { Int($0.offsetDelta) % 2 == kept }
            guard let filtered else {
                try require(expected.isEmpty, "compaction lost a batch with records")
                continue
            }
            try filtered.verifyChecksum()
            let found = try read(filtered)
            try require(!found.isEmpty, "compaction kept an empty batch")
            try require(
                found.map { Contents($0, in: filtered) } == expected.map { Contents($0, in: batch) },
                "compaction changed the records it kept")
            try require(filtered.header.lastOffset == batch.header.lastOffset, "compaction changed a batch's end")
        }
    }

    /// What a consumer sees of a record, however it is encoded.
    private struct Contents: Equatable {
        var offset: Int64
        var timestamp: Int64
        var key: ByteBuffer?
        var value: ByteBuffer?
        var headers: ByteBuffer

        init(_ record: Record, in batch: RecordBatch) {
            offset = batch.offset(of: record)
            timestamp = batch.timestamp(of: record)
            key = record.key
            value = record.value
            headers = record.headers
        }
    }

    /// Any batch of the right framing: reading it ends in records or an error.
    private static func checkReading(_ batch: RecordBatch) throws {
        do {
            _ = try read(batch)
            _ = try TransactionMarker(batch)
            // The broker never compresses its own records, and reads them with a limit that a fuzzer need not wait for.
            guard batch.header.attributes.compression == Compression.none else { return }
            for record in try InternalRecord.read(batch) { try checkInternal(record) }
        } catch is RecordError {}
    }

    private static func read(_ batch: RecordBatch) throws(RecordError) -> [Record] {
        var reader = try batch.records(maximumDecompressedBytes: maximumDecompressedBytes)
        var records: [Record] = []
        while let record = try reader.next() { records.append(record) }
        return records
    }

    /// The broker's own records, of each of its logs.
    static func checkInternal(_ record: InternalRecord) throws {
        do {
            if let change = try MetadataChange(record) {
                // Kinds that have no values can say no more than their key.
                try require(
                    try MetadataChange(change.record) == change, "a change of metadata is written as another one")
            }
        } catch is WireError {}
        // Refused is fine; a crash is not.
        do { _ = try TransactionRecord.read(record) } catch {}
        do { _ = try GroupRecord(record) } catch {}
    }

    /// The payload, compressed by the codec that the header names, is itself again; under a limit that is too small, it is
    /// refused.
    private static func checkCompression(_ bytes: [UInt8]) throws {
        let header = bytes.withUnsafeBytes { RecordBatchHeader(unchecked: $0) }
        guard let codec = header.attributes.compression else { return }
        let payload = ByteBuffer(bytes: bytes[RecordBatchHeader.size...])
        let compressed = try codec.compress(payload)
        try require(
            try codec.decompress(compressed, limit: payload.readableBytes) == payload,
            "\(codec) does not give back what it took")
        if payload.readableBytes > 0, codec != .none {
            do {
                _ = try codec.decompress(compressed, limit: payload.readableBytes - 1)
                throw PropertyFailure("\(codec) exceeds its limit")
            } catch RecordError.decompressedTooLarge {}
        }
        var batch = Array(bytes[..<RecordBatchHeader.size]) + Array(compressed.readableBytesView)
        BatchMending.mend(&batch, 0..<batch.count)
        try checkSection(ByteBuffer(bytes: batch))
        guard codec != .none else { return }
        do {
            let found = try codec.decompress(payload, limit: maximumDecompressedBytes)
            try require(found.readableBytes <= maximumDecompressedBytes, "\(codec) exceeds its limit")
        } catch is RecordError {}
    }
}
