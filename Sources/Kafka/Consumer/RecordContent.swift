/// What a record holds, in memory of its own: to make a ``RecordBatch`` from.
public struct RecordContent: Hashable, Sendable {
    public var topic: TopicID
    public var partition: Int32
    public var offset: Int64
    /// Milliseconds since 1970.
    public var timestamp: Int64
    public var key: [UInt8]?
    public var value: [UInt8]?
    public var headers: [RecordHeader]

    public init(
        topic: TopicID, partition: Int32, offset: Int64, timestamp: Int64, key: [UInt8]?, value: [UInt8]?,
        headers: [RecordHeader] = []
    ) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.timestamp = timestamp
        self.key = key
        self.value = value
        self.headers = headers
    }
}

/// The bytes of records that no client fetched: all keys and values one behind the other, and a list of headers for
/// each record.
final class RecordArena {
    private let bytes: UnsafeMutableRawBufferPointer
    private let headers: UnsafeMutableBufferPointer<[RecordHeader]>
    /// Where each record's key begins.
    private var starts: [Int] = []

    init(_ contents: [RecordContent]) {
        // One byte more: an empty key or value has an address all the same.
        bytes = .allocate(
            byteCount: contents.reduce(1) { $0 + ($1.key?.count ?? 0) + ($1.value?.count ?? 0) }, alignment: 1)
        headers = .allocate(capacity: contents.count)
        _ = headers.initialize(from: contents.map(\.headers))
        var end = 0
        for content in contents {
            starts.append(end)
            for part in [content.key, content.value] {
                guard let part else { continue }
                UnsafeMutableRawBufferPointer(rebasing: bytes[end...]).copyBytes(from: part)
                end += part.count
            }
        }
    }

    deinit {
        bytes.deallocate()
        headers.deinitialize()
        headers.deallocate()
    }

    func record(_ index: Int, of contents: [RecordContent]) -> Record {
        let content = contents[index]
        let start = starts[index]
        let middle = start + (content.key?.count ?? 0)
        return Record(
            topic: content.topic, partition: content.partition, offset: content.offset, timestamp: content.timestamp,
            key: content.key.map { part(start, $0.count) }, value: content.value.map { part(middle, $0.count) },
            source: .made(headers: UnsafePointer(headers.baseAddress! + index)))
    }

    private func part(_ start: Int, _ count: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[start..<start + count])
    }
}
