import KafkaProtocol
import KafkaRecords

extension RecordBatchHeader {
    /// Whether the greatest timestamp is one that the records cannot have. Some producers leave the field unset
    /// (sarama), and earlier versions of the broker took it as it came.
    var hasDoubtfulMaxTimestamp: Bool {
        attributes.timestampType == .createTime && !attributes.isControl && recordCount > 0
            && maxTimestamp < (attributes.hasDeleteHorizon ? 1 : max(1, baseTimestamp))
    }

    /// Whether the batch may have a record with this timestamp or a later one.
    func mayReach(_ timestamp: Int64) -> Bool { maxTimestamp >= timestamp || hasDoubtfulMaxTimestamp }
}

extension RecordBatch {
    /// The most that an old batch is decompressed to.
    static let maximumStoredBytes = 256 << 20

    /// The greatest timestamp of the records: what the header says, unless that cannot be.
    var maxTimestampOfRecords: Int64 {
        guard header.hasDoubtfulMaxTimestamp else { return header.maxTimestamp }
        do {
            var greatest = header.maxTimestamp
            var reader = try records(maximumDecompressedBytes: Self.maximumStoredBytes)
            while let record = try reader.next() { greatest = max(greatest, timestamp(of: record)) }
            return greatest
        } catch {
            // Its checksum is right, so it came like this; nothing can be found in what cannot be read.
            return header.maxTimestamp
        }
    }
}
