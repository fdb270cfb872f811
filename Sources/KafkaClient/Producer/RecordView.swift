/// A record to be appended. Its bytes belong to the caller and are copied into a batch at once.
struct RecordView {
    /// Nil for null.
    var key: UnsafeRawBufferPointer?
    /// Nil for null: on a compacted topic it removes the key.
    var value: UnsafeRawBufferPointer?
    /// Milliseconds since 1970.
    var timestamp: Int64
    var headers: [RecordHeader] = []
}
