/// Writes the parts of a record into memory that is known to be large enough.
struct RecordWriter {
    private let space: UnsafeMutableRawBufferPointer
    private(set) var position = 0

    init(_ space: UnsafeMutableRawBufferPointer) { self.space = space }

    @inline(__always)
    mutating func byte(_ value: UInt8) {
        space[position] = value
        position += 1
    }

    /// Zigzag.
    @inline(__always)
    mutating func varint(_ value: Int64) {
        var rest = Varint.zigzag(value)
        while rest >= 0x80 {
            byte(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        byte(UInt8(truncatingIfNeeded: rest))
    }

    /// Length and bytes; -1 for null.
    @inline(__always)
    mutating func field(_ bytes: UnsafeRawBufferPointer?) {
        guard let bytes else { return varint(-1) }
        varint(Int64(bytes.count))
        guard let source = bytes.baseAddress, let target = space.baseAddress else { return }
        (target + position).copyMemory(from: source, byteCount: bytes.count)
        position += bytes.count
    }

    mutating func header(_ header: RecordHeader) {
        var name = header.name
        name.withUTF8 { field(UnsafeRawBufferPointer($0)) }
        guard let value = header.value else { return field(nil) }
        value.withUnsafeBytes { field($0) }
    }
}

/// How many bytes numbers take.
enum Varint {
    @inline(__always)
    static func zigzag(_ value: Int64) -> UInt64 { UInt64(bitPattern: (value << 1) ^ (value >> 63)) }

    @inline(__always)
    static func size(_ value: Int64) -> Int {
        let bits = 64 - zigzag(value).leadingZeroBitCount
        return max(1, (bits + 6) / 7)
    }

    /// Of a length and that many bytes; of -1 for null.
    @inline(__always)
    static func size(field length: Int?) -> Int {
        guard let length else { return 1 }
        return size(Int64(length)) + length
    }
}
