import NIOCore

/// Reads one Kafka message from a buffer, every read bounds-checked.
///
/// The encoding is Kafka's: big-endian integers, and lengths that are fixed-width in older versions and unsigned
/// varints in "flexible" ones. Nothing here traps, and nothing is allocated on the strength of a claimed length alone.
package struct WireReader {
    /// The most array elements and tagged fields accepted in one message. It bounds the memory that a small, hostile
    /// frame of empty elements can ask for.
    package static let maximumElements = 1_000_000

    /// It keeps what ``contents`` points to alive and, since it shares it, unchanged.
    private let message: ByteBuffer
    /// The message's bytes. Each access to a buffer is checked for exclusivity at run time, so there is one, not one
    /// for each field.
    private let contents: UnsafeRawBufferPointer
    private var position = 0
    /// The version of the message that is read.
    package var version: Int16
    /// Whether lengths are varints and structures end in tagged fields.
    package var flexible: Bool
    /// Whether null stands for nothing also where the protocol has no null: for a client, since some brokers answer errors
    /// so (librdkafka's mock cluster). A request with such a field is refused.
    package var takesNullForEmpty = false
    private var elementsLeft: Int
    /// The tagged fields of the structure that is being read, once one was asked for.
    private var tags: [UInt32: ByteBuffer]?

    package init(
        _ message: ByteBuffer, version: Int16 = 0, flexible: Bool = false,
        maximumElements: Int = WireReader.maximumElements
    ) {
        self.message = message
        self.elementsLeft = maximumElements
        self.contents = message.withUnsafeReadableBytesWithStorageManagement { bytes, _ in bytes }
        self.version = version
        self.flexible = flexible
    }

    /// The bytes that are not yet read.
    package var remaining: Int { contents.count - position }

    /// The next value, of the type that is asked for.
    package mutating func read<Value: WireValue>() throws(WireError) -> Value { try Value(from: &self) }

    /// Throws unless the message was read to its end.
    package func finish() throws(WireError) {
        guard remaining == 0 else { throw .trailingBytes(remaining) }
    }
}

// MARK: Integers

extension WireReader {
    @inline(__always)
    mutating func integer<T: FixedWidthInteger>(_ type: T.Type) throws(WireError) -> T {
        let size = MemoryLayout<T>.size
        guard size <= remaining else { throw .truncated(needed: size, available: remaining) }
        defer { position += size }
        return withExtendedLifetime(message) {
            T(bigEndian: contents.loadUnaligned(fromByteOffset: position, as: type))
        }
    }

    package mutating func int8() throws(WireError) -> Int8 { try integer(Int8.self) }
    package mutating func int16() throws(WireError) -> Int16 { try integer(Int16.self) }
    package mutating func int32() throws(WireError) -> Int32 { try integer(Int32.self) }
    package mutating func int64() throws(WireError) -> Int64 { try integer(Int64.self) }

    /// Any byte but zero is true, as in Kafka.
    package mutating func bool() throws(WireError) -> Bool { try integer(UInt8.self) != 0 }

    /// An unsigned varint of at most 32 bits, least significant group first.
    package mutating func unsignedVarint() throws(WireError) -> UInt32 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 35, by: 7) {
            let byte = try integer(UInt8.self)
            value |= UInt64(byte & 0x7f) << shift
            if byte & 0x80 == 0 {
                guard let value = UInt32(exactly: value) else { throw .varintTooLong }
                return value
            }
        }
        throw .varintTooLong
    }
}

// MARK: Strings and bytes

extension WireReader {
    private func takeNull() throws(WireError) {
        guard takesNullForEmpty else { throw .negativeLength(-1) }
    }

    package mutating func string() throws(WireError) -> String {
        if let value = try nullableString() { return value }
        try takeNull()
        return ""
    }

    package mutating func nullableString() throws(WireError) -> String? {
        guard let length = try length(fixed: Int16.self) else { return nil }
        guard length <= Int(Int16.max) else { throw .stringTooLong(length) }
        return try text(length)
    }

    package mutating func bytes() throws(WireError) -> ByteBuffer {
        if let value = try nullableBytes() { return value }
        try takeNull()
        return ByteBuffer()
    }

    /// A slice of the message's own storage, not a copy. Whoever keeps it longer than the request keeps the whole frame
    /// alive.
    package mutating func nullableBytes() throws(WireError) -> ByteBuffer? {
        guard let length = try length(fixed: Int32.self) else { return nil }
        return try slice(length)
    }

    private mutating func text(_ length: Int) throws(WireError) -> String {
        guard length <= remaining else { throw .truncated(needed: length, available: remaining) }
        let text = UnsafeRawBufferPointer(rebasing: contents[position..<position + length])
        let value = withExtendedLifetime(message) { String(validating: text, as: UTF8.self) }
        guard let value else { throw .invalidUTF8 }
        position += length
        return value
    }

    package mutating func slice(_ length: Int) throws(WireError) -> ByteBuffer {
        guard length <= remaining, let value = message.getSlice(at: message.readerIndex + position, length: length)
        else { throw .truncated(needed: length, available: remaining) }
        position += length
        return value
    }

    /// The length of a string, of bytes or of an array; nil for null. A compact one holds one more than the length, and
    /// 0 for null.
    @inline(__always)
    private mutating func length<Fixed: FixedWidthInteger>(fixed: Fixed.Type) throws(WireError) -> Int? {
        let length = flexible ? Int(try unsignedVarint()) - 1 : Int(try integer(fixed))
        guard length >= 0 else {
            guard length == -1 else { throw .negativeLength(length) }
            return nil
        }
        return length
    }
}

// MARK: Arrays and structures

extension WireReader {
    package mutating func array<Element: WireValue>() throws(WireError) -> [Element] {
        if let value: [Element] = try nullableArray() { return value }
        try takeNull()
        return []
    }

    package mutating func nullableArray<Element: WireValue>() throws(WireError) -> [Element]? {
        // No element takes less than one byte.
        guard let count = try length(fixed: Int32.self) else { return nil }
        guard count <= remaining else { throw .countExceedsFrame(count: count, available: remaining) }
        try spend(count)
        var elements: [Element] = []
        elements.reserveCapacity(min(count, 64))
        for _ in 0..<count { elements.append(try Element(from: &self)) }
        return elements
    }

    private mutating func spend(_ elements: Int) throws(WireError) {
        guard elements <= elementsLeft else { throw .tooManyElements(limit: Self.maximumElements) }
        elementsLeft -= elements
    }

    /// Ends a structure: in a flexible version its tagged fields follow. Those that nobody asked for are skipped.
    package mutating func endStructure() throws(WireError) {
        guard flexible else { return }
        guard tags == nil else {
            tags = nil
            return
        }
        for _ in 0..<(try tagCount()) {
            _ = try unsignedVarint()
            _ = try slice(Int(try unsignedVarint()))
        }
    }

    /// The bytes of a tagged field of the structure that is being read, nil if it is not there.
    mutating func taggedField(_ tag: UInt32) throws(WireError) -> ByteBuffer? {
        guard flexible else { return nil }
        if let tags { return tags[tag] }
        let count = try tagCount()
        try spend(count)
        var read: [UInt32: ByteBuffer] = [:]
        for _ in 0..<count {
            let tag = try unsignedVarint()
            read[tag] = try slice(Int(try unsignedVarint()))
        }
        tags = read
        return read[tag]
    }

    /// Reads a value that has bytes of its own within this message.
    mutating func nested<Value>(
        _ bytes: ByteBuffer, _ read: (inout WireReader) throws(WireError) -> Value
    ) throws(WireError) -> Value {
        var reader = WireReader(bytes, version: version, flexible: flexible)
        reader.elementsLeft = elementsLeft
        let value = try read(&reader)
        elementsLeft = reader.elementsLeft
        return value
    }

    private mutating func tagCount() throws(WireError) -> Int {
        let count = Int(try unsignedVarint())
        guard count <= remaining else { throw .countExceedsFrame(count: count, available: remaining) }
        return count
    }
}
