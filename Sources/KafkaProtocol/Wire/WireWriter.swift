import NIOCore

/// Writes one Kafka message: the counterpart of ``WireReader``.
///
/// Large byte sections, above all records, are not copied. They stay chunks of their own between the encoded parts, and
/// ``finish()`` gives all chunks in the order to send.
package struct WireWriter {
    /// Byte sections below this size are copied, since a separate chunk costs more than the copy.
    package static let spliceThreshold = 4096

    private var current: ByteBuffer
    private var finished: [ByteBuffer] = []
    private var finishedBytes = 0
    /// The version of the message that is written.
    package var version: Int16
    /// Whether lengths are varints and structures end in tagged fields.
    package var flexible: Bool
    /// The tagged fields of the structure that is being written.
    private var tags: [(tag: UInt32, bytes: ByteBuffer)] = []

    package init(version: Int16 = 0, flexible: Bool = false, capacity: Int = 256) {
        self.current = ByteBufferAllocator().buffer(capacity: capacity)
        self.version = version
        self.flexible = flexible
    }

    /// All bytes written so far, spliced ones included.
    package var count: Int { finishedBytes + current.readableBytes }

    /// The message as chunks in the order to send; without large byte sections there is exactly one.
    package consuming func finish() -> [ByteBuffer] {
        if current.readableBytes > 0 || finished.isEmpty { finished.append(current) }
        return finished
    }

    /// Overwrites four bytes at `offset`, which must lie in the first chunk: for a length known only at the end.
    package mutating func patch(_ value: Int32, at offset: Int) {
        if finished.isEmpty {
            current.setInteger(value, at: current.readerIndex + offset)
        } else {
            finished[0].setInteger(value, at: finished[0].readerIndex + offset)
        }
    }
}

// MARK: Integers

extension WireWriter {
    /// As `ByteBuffer.writeInteger(_:)`, in a third of the instructions.
    @inline(__always)
    mutating func integer<T: FixedWidthInteger>(_ value: T) {
        current.writeWithUnsafeMutableBytes(minimumWritableBytes: MemoryLayout<T>.size) { space in
            space.storeBytes(of: value.bigEndian, as: T.self)
            return MemoryLayout<T>.size
        }
    }

    package mutating func int8(_ value: Int8) { integer(value) }
    package mutating func int16(_ value: Int16) { integer(value) }
    package mutating func int32(_ value: Int32) { integer(value) }
    package mutating func int64(_ value: Int64) { integer(value) }
    package mutating func bool(_ value: Bool) { integer(value ? 1 as UInt8 : 0) }

    package mutating func unsignedVarint(_ value: UInt32) { varintBits(UInt64(value)) }

    /// Zigzag, so that small negative values are short too.
    package mutating func varint(_ value: Int32) {
        varintBits(UInt64(UInt32(bitPattern: (value << 1) ^ (value >> 31))))
    }

    package mutating func varlong(_ value: Int64) {
        varintBits(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    private mutating func varintBits(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            integer(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        integer(UInt8(truncatingIfNeeded: rest))
    }
}

// MARK: Strings and bytes

extension WireWriter {
    /// A string of at most 32,767 bytes. What is written here (names, messages) is far below, and what is echoed came
    /// in within that limit.
    package mutating func string(_ value: String) {
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

    package mutating func nullableString(_ value: String?) {
        if let value { string(value) } else if flexible { unsignedVarint(0) } else { int16(-1) }
    }

    /// Large ones are passed on instead of copied.
    package mutating func bytes(_ value: ByteBuffer) {
        length(value.readableBytes)
        guard value.readableBytes >= Self.spliceThreshold else { return raw(value) }
        finishedBytes += current.readableBytes + value.readableBytes
        finished.append(current)
        finished.append(value)
        current = ByteBufferAllocator().buffer(capacity: 256)
    }

    /// Bytes without a length.
    package mutating func raw(_ value: ByteBuffer) { current.writeImmutableBuffer(value) }

    /// The length of bytes or of an array.
    private mutating func length(_ length: Int) {
        if flexible { unsignedVarint(UInt32(length + 1)) } else { int32(Int32(length)) }
    }

    /// Null in place of bytes or an array.
    mutating func nullLength() {
        if flexible { unsignedVarint(0) } else { int32(-1) }
    }
}

// MARK: Arrays and structures

extension WireWriter {
    package mutating func array(_ elements: [some WireValue]) {
        length(elements.count)
        for element in elements { element.write(to: &self) }
    }

    /// To be written when the structure ends.
    mutating func addTaggedField(_ tag: UInt32, _ bytes: ByteBuffer) { tags.append((tag, bytes)) }

    /// Ends a structure: in a flexible version its tagged fields follow.
    package mutating func endStructure() {
        guard flexible else { return }
        unsignedVarint(UInt32(tags.count))
        guard !tags.isEmpty else { return }
        for (tag, bytes) in tags {
            unsignedVarint(tag)
            unsignedVarint(UInt32(bytes.readableBytes))
            raw(bytes)
        }
        tags = []
    }
}
