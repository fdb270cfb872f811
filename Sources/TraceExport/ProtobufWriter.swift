/// Writes the wire format of Protocol Buffers (https://protobuf.dev/programming-guides/encoding/). Fields with their
/// default value are left out, as proto3 has it.
struct ProtobufWriter {
    private enum Wire: UInt64 {
        case varint = 0
        case fixed64 = 1
        case bytes = 2
        case fixed32 = 5
    }

    private(set) var bytes: [UInt8] = []

    mutating func varint(_ field: Int, _ value: UInt64) {
        if value == 0 { return }
        tag(field, .varint)
        append(varint: value)
    }

    mutating func fixed64(_ field: Int, _ value: UInt64) {
        if value == 0 { return }
        tag(field, .fixed64)
        append(fixed: value)
    }

    mutating func fixed32(_ field: Int, _ value: UInt32) {
        if value == 0 { return }
        tag(field, .fixed32)
        append(fixed: value)
    }

    mutating func text(_ field: Int, _ text: String) {
        if text.isEmpty { return }
        bytes(field, text.utf8)
    }

    /// Bytes, also where there are none: a member of a oneof has to be there.
    mutating func bytes(_ field: Int, _ value: some Collection<UInt8>) {
        tag(field, .bytes)
        append(varint: UInt64(value.count))
        bytes += value
    }

    /// A message in this one, also where it is empty.
    mutating func message(_ field: Int, _ write: (inout ProtobufWriter) -> Void) {
        var inner = ProtobufWriter()
        write(&inner)
        bytes(field, inner.bytes)
    }

    /// A member of a oneof, also where it has its default value.
    mutating func present(varint value: UInt64, _ field: Int) {
        tag(field, .varint)
        append(varint: value)
    }

    mutating func present(fixed64 value: UInt64, _ field: Int) {
        tag(field, .fixed64)
        append(fixed: value)
    }

    private mutating func tag(_ field: Int, _ wire: Wire) { append(varint: UInt64(field) << 3 | wire.rawValue) }

    private mutating func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private mutating func append(fixed value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
    }
}
