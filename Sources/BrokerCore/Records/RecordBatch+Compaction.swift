import KafkaProtocol
import KafkaRecords
import NIOCore

extension RecordBatch {
    /// The batch with only the records that `keep` asks for, all of them at their old offsets.
    ///
    /// The batch keeps its range of offsets, its producer and its compression. Tombstones that stay get the time at
    /// which they may go, `deleteHorizon`, if they have none yet. It begins when compaction first meets them. So every
    /// reader who got a key's older record has the time to reach its tombstone.
    ///
    /// Returns the batch itself if nothing changes, nil if no record stays. An empty batch is of no use here: the
    /// producers' sequences are in the checkpoint, and many clients cannot read one.
    func filtered(
        maximumDecompressedBytes: Int, deleteHorizon: Int64, keep: (Record) -> Bool
    ) throws(RecordError) -> RecordBatch? {
        guard header.recordCount > 0 else { return nil }
        var kept: [Record] = []
        var hasTombstone = false
        var reader = try records(maximumDecompressedBytes: maximumDecompressedBytes)
        while let record = try reader.next() {
            guard keep(record) else { continue }
            kept.append(record)
            if record.key != nil, record.value == nil { hasTombstone = true }
        }
        guard !kept.isEmpty else { return nil }
        let getsHorizon = hasTombstone && !header.attributes.hasDeleteHorizon
        guard kept.count < Int(header.recordCount) || getsHorizon else { return self }
        return try rebuilt(with: kept, deleteHorizon: getsHorizon ? deleteHorizon : nil)
    }

    private func rebuilt(with kept: [Record], deleteHorizon: Int64?) throws(RecordError) -> RecordBatch {
        var rebuilt = header
        if let deleteHorizon {
            rebuilt.attributes.hasDeleteHorizon = true
            rebuilt.baseTimestamp = deleteHorizon
        }
        var builder = RecordBatchBuilder(header: rebuilt)
        for record in kept {
            if deleteHorizon == nil {
                builder.append(copying: record)
            } else {
                builder.append(
                    offset: offset(of: record), timestamp: header.baseTimestamp &+ record.timestampDelta,
                    key: record.key,
                    value: record.value, headers: record.headers)
            }
        }
        let hasOneTimestamp = header.attributes.timestampType == .logAppendTime
        return try builder.finish(
            lastOffsetDelta: header.lastOffsetDelta, maxTimestamp: hasOneTimestamp ? header.maxTimestamp : nil)
    }
}

extension RecordBatch {
    /// A batch without records from `start` up to before `end`: it tells a reader that nothing is left there, and where
    /// to read on.
    static func gap(from start: Int64, to end: Int64) -> ByteBuffer {
        var header = RecordBatchHeader()
        header.baseOffset = start
        header.partitionLeaderEpoch = 0
        header.lastOffsetDelta = Int32(clamping: end - start - 1)
        var bytes = ByteBufferAllocator().buffer(capacity: RecordBatchHeader.size)
        header.write(to: &bytes)
        let checksum = bytes.withUnsafeReadableBytes { computeChecksum($0) }
        bytes.setInteger(checksum, at: bytes.readerIndex + RecordBatchHeader.Field.checksum)
        return bytes
    }
}
