import NIOCore

/// Writes the fields of one Kafka message: the counterpart of ``WireReader``.
///
/// Large record sections are not copied: ``records(_:)`` keeps the buffer as a chunk of its own between the
/// encoded parts, and ``finish()`` gives the chunks in the order to send.
struct WireWriter {
    /// Record sections below this many bytes are copied, since a separate chunk costs more than the copy.
    static let spliceThreshold = 4096

    private var current: ByteBuffer
    private var finished: [ByteBuffer] = []
    private var finishedBytes = 0
    /// Whether lengths are varints and structures end in tagged fields.
    var flexible: Bool

    init(flexible: Bool = false, capacity: Int = 256) {
        self.current = ByteBufferAllocator().buffer(capacity: capacity)
        self.flexible = flexible
    }

    /// All bytes written so far, spliced ones included.
    var count: Int { finishedBytes + current.readableBytes }

    /// The message as chunks in the order to send; without record sections there is exactly one.
    consuming func finish() -> [ByteBuffer] {
        if current.readableBytes > 0 || finished.isEmpty { finished.append(current) }
        return finished
    }

    /// Overwrites four bytes at `offset`, which must lie in the first chunk: for a length known only at the end.
    mutating func patch(_ value: Int32, at offset: Int) {
        if finished.isEmpty {
            current.setInteger(value, at: current.readerIndex + offset)
        } else {
            finished[0].setInteger(value, at: finished[0].readerIndex + offset)
        }
    }
}

// MARK: Integers

extension WireWriter {
    mutating func int8(_ value: Int8) { current.writeInteger(value) }
    mutating func int16(_ value: Int16) { current.writeInteger(value) }
    mutating func int32(_ value: Int32) { current.writeInteger(value) }
    mutating func int64(_ value: Int64) { current.writeInteger(value) }
    mutating func topicID(_ value: TopicID) {
        current.writeInteger(value.high)
        current.writeInteger(value.low)
    }

    mutating func bool(_ value: Bool) { current.writeInteger(value ? 1 as UInt8 : 0) }
    mutating func errorCode(_ value: ErrorCode) { current.writeInteger(value.rawValue) }

    mutating func unsignedVarint(_ value: UInt32) { varintBits(UInt64(value)) }

    /// Zigzag, so that small negative values are short too.
    mutating func varint(_ value: Int32) {
        varintBits(UInt64(UInt32(bitPattern: (value << 1) ^ (value >> 31))))
    }

    mutating func varlong(_ value: Int64) {
        varintBits(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    private mutating func varintBits(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            current.writeInteger(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        current.writeInteger(UInt8(truncatingIfNeeded: rest))
    }
}

// MARK: Strings and bytes

extension WireWriter {
    /// A string of at most 32,767 bytes; what the broker itself writes (names, messages) is far below, and what it
    /// echoes came in within that limit.
    mutating func string(_ value: String) {
        let length = value.utf8.count
        if flexible {
            unsignedVarint(UInt32(length + 1))
            current.writeString(value)
        } else if length <= Int(Int16.max) {
            int16(Int16(length))
            current.writeString(value)
        } else {
            int16(Int16.max)
            current.writeBytes(value.utf8.prefix(Int(Int16.max)))
        }
    }

    mutating func nullableString(_ value: String?) {
        if let value { string(value) } else if flexible { unsignedVarint(0) } else { int16(-1) }
    }

    mutating func bytes(_ value: ByteBuffer) {
        lengthPrefix(value.readableBytes)
        current.writeImmutableBuffer(value)
    }

    mutating func nullableBytes(_ value: ByteBuffer?) {
        if let value { bytes(value) } else { nullLength() }
    }

    /// A record section: like ``nullableBytes(_:)`` on the wire, but a large one is passed on instead of copied.
    mutating func records(_ value: ByteBuffer?) {
        guard let value, value.readableBytes >= Self.spliceThreshold else { return nullableBytes(value) }
        lengthPrefix(value.readableBytes)
        finishedBytes += current.readableBytes + value.readableBytes
        finished.append(current)
        finished.append(value)
        current = ByteBufferAllocator().buffer(capacity: 256)
    }

    mutating func raw(_ value: ByteBuffer) { current.writeImmutableBuffer(value) }
    mutating func raw(_ value: some Sequence<UInt8>) { current.writeBytes(value) }

    /// The length of bytes or an array.
    private mutating func lengthPrefix(_ length: Int) {
        if flexible { unsignedVarint(UInt32(length + 1)) } else { int32(Int32(length)) }
    }

    private mutating func nullLength() {
        if flexible { unsignedVarint(0) } else { int32(-1) }
    }
}

// MARK: Arrays and structures

extension WireWriter {
    mutating func array(_ elements: [some WireStructure], version: Int16) {
        lengthPrefix(elements.count)
        for element in elements { element.write(to: &self, version: version) }
    }

    mutating func nullableArray(_ elements: [some WireStructure]?, version: Int16) {
        if let elements { array(elements, version: version) } else { nullLength() }
    }

    mutating func strings(_ elements: [String]) {
        lengthPrefix(elements.count)
        for element in elements { string(element) }
    }

    mutating func nullableStrings(_ elements: [String]?) {
        if let elements { strings(elements) } else { nullLength() }
    }

    mutating func int32s(_ elements: [Int32]) {
        lengthPrefix(elements.count)
        for element in elements { int32(element) }
    }

    mutating func int64s(_ elements: [Int64]) {
        lengthPrefix(elements.count)
        for element in elements { int64(element) }
    }

    /// Ends a structure: in a flexible version with an empty list of tagged fields.
    mutating func endStructure() {
        if flexible { unsignedVarint(0) }
    }
}
