import NIOCore

/// Reads the fields of one Kafka message from a buffer, every read bounds-checked.
///
/// The encoding is Kafka's: big-endian integers, and lengths that are fixed-width in older versions and
/// unsigned varints in "flexible" ones. ``flexible`` chooses between the two, so that a message's own
/// decoder names fields and versions only. Nothing here traps, and nothing is allocated on the strength of a
/// claimed length alone.
struct WireReader {
    /// The most array elements accepted in one message: what bounds the memory that a small, hostile frame of
    /// empty elements can ask for.
    static let maximumElements = 1_000_000

    private(set) var buffer: ByteBuffer
    /// Whether lengths are varints and structures end in tagged fields.
    var flexible: Bool
    private var elementsLeft = WireReader.maximumElements

    init(_ buffer: ByteBuffer, flexible: Bool = false) {
        self.buffer = buffer
        self.flexible = flexible
    }

    /// The bytes that are not yet read.
    var remaining: Int { buffer.readableBytes }

    /// Throws unless the message was read to its end.
    func finish() throws(WireError) {
        guard remaining == 0 else { throw .trailingBytes(remaining) }
    }
}

// MARK: Integers

extension WireReader {
    @inline(__always)
    private mutating func integer<T: FixedWidthInteger>(_ type: T.Type) throws(WireError) -> T {
        guard let value = buffer.readInteger(as: type) else {
            throw .truncated(needed: MemoryLayout<T>.size, available: remaining)
        }
        return value
    }

    mutating func int8() throws(WireError) -> Int8 { try integer(Int8.self) }
    mutating func int16() throws(WireError) -> Int16 { try integer(Int16.self) }
    mutating func int32() throws(WireError) -> Int32 { try integer(Int32.self) }
    mutating func int64() throws(WireError) -> Int64 { try integer(Int64.self) }

    mutating func topicID() throws(WireError) -> TopicID {
        TopicID(high: try integer(UInt64.self), low: try integer(UInt64.self))
    }

    /// Any byte but zero is true, as in Kafka.
    mutating func bool() throws(WireError) -> Bool { try integer(UInt8.self) != 0 }

    /// An error code; one that this broker does not know reads as ``ErrorCode/unknownServerError``.
    mutating func errorCode() throws(WireError) -> ErrorCode {
        ErrorCode(rawValue: try int16()) ?? .unknownServerError
    }

    /// An unsigned varint of at most 32 bits, least significant group first.
    mutating func unsignedVarint() throws(WireError) -> UInt32 {
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
    mutating func string() throws(WireError) -> String {
        guard let value = try nullableString() else { throw .negativeLength(-1) }
        return value
    }

    mutating func nullableString() throws(WireError) -> String? {
        let length = flexible ? try compactLength() : Int(try int16())
        guard length >= 0 else {
            guard length == -1 else { throw .negativeLength(length) }
            return nil
        }
        guard length <= Int(Int16.max) else { throw .stringTooLong(length) }
        return try text(length)
    }

    mutating func bytes() throws(WireError) -> ByteBuffer {
        guard let value = try nullableBytes() else { throw .negativeLength(-1) }
        return value
    }

    /// A slice of the message's own storage, not a copy: whoever keeps it longer than the request keeps the whole
    /// frame alive.
    mutating func nullableBytes() throws(WireError) -> ByteBuffer? {
        let length = flexible ? try compactLength() : Int(try int32())
        guard length >= 0 else {
            guard length == -1 else { throw .negativeLength(length) }
            return nil
        }
        return try slice(length)
    }

    private mutating func text(_ length: Int) throws(WireError) -> String {
        guard length <= remaining else { throw .truncated(needed: length, available: remaining) }
        let value = buffer.withUnsafeReadableBytes { bytes in
            String(validating: UnsafeRawBufferPointer(rebasing: bytes.prefix(length)), as: UTF8.self)
        }
        guard let value else { throw .invalidUTF8 }
        buffer.moveReaderIndex(forwardBy: length)
        return value
    }

    mutating func slice(_ length: Int) throws(WireError) -> ByteBuffer {
        guard let value = buffer.readSlice(length: length) else {
            throw .truncated(needed: length, available: remaining)
        }
        return value
    }

    /// A compact length: the varint holds one more than the length, 0 meaning null (-1).
    private mutating func compactLength() throws(WireError) -> Int { Int(try unsignedVarint()) - 1 }
}

// MARK: Arrays and structures

extension WireReader {
    mutating func array<Element: WireStructure>(version: Int16) throws(WireError) -> [Element] {
        guard let value: [Element] = try nullableArray(version: version) else { throw .negativeLength(-1) }
        return value
    }

    mutating func nullableArray<Element: WireStructure>(version: Int16) throws(WireError) -> [Element]? {
        guard let count = try elementCount() else { return nil }
        var elements: [Element] = []
        elements.reserveCapacity(min(count, 64))
        for _ in 0..<count { elements.append(try Element(from: &self, version: version)) }
        return elements
    }

    mutating func strings() throws(WireError) -> [String] {
        guard let value = try nullableStrings() else { throw .negativeLength(-1) }
        return value
    }

    mutating func nullableStrings() throws(WireError) -> [String]? {
        guard let count = try elementCount() else { return nil }
        var elements: [String] = []
        elements.reserveCapacity(min(count, 64))
        for _ in 0..<count { elements.append(try string()) }
        return elements
    }

    mutating func int32s() throws(WireError) -> [Int32] {
        guard let value = try nullableInt32s() else { throw .negativeLength(-1) }
        return value
    }

    mutating func nullableInt32s() throws(WireError) -> [Int32]? {
        guard let count = try elementCount() else { return nil }
        var elements: [Int32] = []
        elements.reserveCapacity(min(count, 64))
        for _ in 0..<count { elements.append(try int32()) }
        return elements
    }

    mutating func int64s() throws(WireError) -> [Int64] {
        guard let count = try elementCount() else { throw .negativeLength(-1) }
        var elements: [Int64] = []
        elements.reserveCapacity(min(count, 64))
        for _ in 0..<count { elements.append(try int64()) }
        return elements
    }

    /// The number of elements of an array, nil for null. No element takes less than one byte.
    private mutating func elementCount() throws(WireError) -> Int? {
        let count = flexible ? try compactLength() : Int(try int32())
        guard count >= 0 else {
            guard count == -1 else { throw .negativeLength(count) }
            return nil
        }
        guard count <= remaining else { throw .countExceedsFrame(count: count, available: remaining) }
        guard count <= elementsLeft else { throw .tooManyElements(limit: Self.maximumElements) }
        elementsLeft -= count
        return count
    }

    /// Ends a structure: in a flexible version its tagged fields follow. None that this broker acts on exists in
    /// the versions it supports, so they are skipped.
    mutating func endStructure() throws(WireError) {
        guard flexible else { return }
        let count = try unsignedVarint()
        guard count <= remaining else { throw .countExceedsFrame(count: Int(count), available: remaining) }
        for _ in 0..<count {
            _ = try unsignedVarint()
            _ = try slice(Int(try unsignedVarint()))
        }
    }
}
