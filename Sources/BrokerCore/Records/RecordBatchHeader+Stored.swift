import KafkaProtocol
import KafkaRecords

extension RecordBatchHeader {
    /// How many offsets a segment spans at most: its index counts them in 32 bits.
    static let maximumSpan = Int64(UInt32.max)
    /// No log gets this far: a record a nanosecond for 146 years. So sums of plausible offsets never overflow.
    static let maximumOffset = Int64.max / 2

    /// Whether a log can have the offset, or end before it.
    static func isPlausible(_ offset: Int64) -> Bool { (0...maximumOffset).contains(offset) }

    /// Whether a batch that was stored in a log can follow there, if the next offset is `first` at least.
    ///
    /// The checksum does not cover the base offset, so damage to it is only found by this.
    func checkStored(from first: Int64) throws(RecordError) {
        guard lastOffsetDelta >= 0, baseOffset >= first, first >= 0, baseOffset - first <= Self.maximumSpan,
            baseOffset <= Self.maximumOffset - Int64(lastOffsetDelta)
        else { throw .impossibleOffsets(base: baseOffset, lastOffsetDelta: lastOffsetDelta) }
    }
}
