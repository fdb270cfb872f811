extension RecordBatch {
    /// The batch with only the records that `keep` asks for, all of them at their old offsets.
    ///
    /// The batch keeps its range of offsets, its producer and its compression. Returns the batch itself if every
    /// record stays, nil if none does and `keepEmpty` is false; an empty batch still tells a restarted broker
    /// the producer's last sequence.
    func filtered(
        maximumDecompressedBytes: Int, keepEmpty: Bool = false, keep: (Record) -> Bool
    ) throws(RecordError) -> RecordBatch? {
        var builder = RecordBatchBuilder(header: header)
        var reader = try records(maximumDecompressedBytes: maximumDecompressedBytes)
        var dropped = false
        while let record = try reader.next() {
            if keep(record) { builder.append(copying: record) } else { dropped = true }
        }
        guard dropped else { return self }
        guard !builder.isEmpty || keepEmpty else { return nil }
        let hasOneTimestamp = header.attributes.timestampType == .logAppendTime || builder.isEmpty
        return try builder.finish(
            lastOffsetDelta: header.lastOffsetDelta, maxTimestamp: hasOneTimestamp ? header.maxTimestamp : nil)
    }
}
