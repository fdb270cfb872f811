import NIOCore

/// Something that has a form on the wire.
package protocol WireValue: Sendable {
    init(from reader: inout WireReader) throws(WireError)
    consuming func write(to writer: inout WireWriter)
}

/// Something whose length comes first, so that the length -1 can stand for null.
package protocol NullableWireValue: WireValue {
    /// The empty value.
    init()
    static func readNullable(from reader: inout WireReader) throws(WireError) -> Self?
    static func writeNull(to writer: inout WireWriter)
}

extension Optional: WireValue where Wrapped: NullableWireValue {
    package init(from reader: inout WireReader) throws(WireError) { self = try Wrapped.readNullable(from: &reader) }

    package func write(to writer: inout WireWriter) {
        if let self { self.write(to: &writer) } else { Wrapped.writeNull(to: &writer) }
    }
}

// MARK: Fixed widths

extension Bool: WireValue {
    package init(from reader: inout WireReader) throws(WireError) { self = try reader.bool() }
    package func write(to writer: inout WireWriter) { writer.bool(self) }
}

extension WireValue where Self: FixedWidthInteger {
    @inline(__always)
    package init(from reader: inout WireReader) throws(WireError) { self = try reader.integer(Self.self) }
    @inline(__always)
    package func write(to writer: inout WireWriter) { writer.integer(self) }
}

extension Int8: WireValue {}
extension Int16: WireValue {}
extension Int32: WireValue {}
extension Int64: WireValue {}
/// 64 bits, in the broker's own files.
extension Int: WireValue {}
extension UInt32: WireValue {}
extension UInt64: WireValue {}

extension ErrorCode: WireValue {
    /// A code that is not known here reads as ``unknownServerError``.
    package init(from reader: inout WireReader) throws(WireError) {
        self = ErrorCode(rawValue: try reader.int16()) ?? .unknownServerError
    }

    package func write(to writer: inout WireWriter) { writer.int16(rawValue) }
}

extension TopicID: WireValue {
    package init(from reader: inout WireReader) throws(WireError) {
        self.init(high: UInt64(bitPattern: try reader.int64()), low: UInt64(bitPattern: try reader.int64()))
    }

    package func write(to writer: inout WireWriter) {
        writer.int64(Int64(bitPattern: high))
        writer.int64(Int64(bitPattern: low))
    }
}

// MARK: With a length

extension String: NullableWireValue {
    package init(from reader: inout WireReader) throws(WireError) { self = try reader.string() }
    package func write(to writer: inout WireWriter) { writer.string(self) }

    package static func readNullable(from reader: inout WireReader) throws(WireError) -> String? {
        try reader.nullableString()
    }

    package static func writeNull(to writer: inout WireWriter) { writer.nullableString(nil) }
}

extension ByteBuffer: NullableWireValue {
    package init(from reader: inout WireReader) throws(WireError) { self = try reader.bytes() }
    package func write(to writer: inout WireWriter) { writer.bytes(self) }

    package static func readNullable(from reader: inout WireReader) throws(WireError) -> ByteBuffer? {
        try reader.nullableBytes()
    }

    package static func writeNull(to writer: inout WireWriter) { writer.nullLength() }
}

extension Array: WireValue, NullableWireValue where Element: WireValue {
    package init(from reader: inout WireReader) throws(WireError) { self = try reader.array() }
    package func write(to writer: inout WireWriter) { writer.array(self) }

    package static func readNullable(from reader: inout WireReader) throws(WireError) -> [Element]? {
        try reader.nullableArray()
    }

    package static func writeNull(to writer: inout WireWriter) { writer.nullLength() }
}

extension ByteBuffer {
    /// These values one after the other, as messages that are not flexible have them.
    package init<each Value: WireValue>(wire value: repeat each Value) {
        var writer = WireWriter(capacity: 64)
        repeat (each value).write(to: &writer)
        self = WireFrame.joined(writer.finish())
    }
}
