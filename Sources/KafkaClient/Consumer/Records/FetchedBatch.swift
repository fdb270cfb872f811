import KafkaRecords

/// A whole batch as it came, of which the application gets records.
struct FetchedBatch: Sendable {
    var batch: RecordBatch
    /// Records before this offset are not wanted: a batch comes whole.
    var from: Int64

    var byteCount: Int { batch.bytes.readableBytes }
}
