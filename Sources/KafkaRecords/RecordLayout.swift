/// Where the parts of one record lie within a batch's (decompressed) records, as byte positions.
///
/// Plain positions instead of slices, so that checking a produced batch costs no allocation and no reference counting.
package struct RecordLayout {
    package var start: Int
    package var end: Int
    package var timestampDelta: Int64
    package var offsetDelta: Int32
    /// Nil for null.
    package var key: Range<Int>?
    package var value: Range<Int>?
    /// Where the header count stands; the headers reach to ``end``.
    package var headers: Int

    /// Reads the record that starts at `start`; nil if it is malformed or does not end within `bytes`.
    package init?(_ bytes: UnsafeRawBufferPointer, at start: Int) {
        var cursor = Cursor(bytes: bytes, position: start, end: bytes.count)
        guard let length = cursor.varint(), length >= 0, length <= cursor.end - cursor.position else { return nil }
        cursor.end = cursor.position + Int(length)
        guard cursor.skip(1), let timestampDelta = cursor.varlong(), let offsetDelta = cursor.varint() else {
            return nil
        }
        guard let key = cursor.field(), let value = cursor.field() else { return nil }
        self.start = start
        self.end = cursor.end
        self.timestampDelta = timestampDelta
        self.offsetDelta = offsetDelta
        self.key = key.range
        self.value = value.range
        self.headers = cursor.position
        guard let headerCount = cursor.varint(), headerCount >= 0 else { return nil }
        for _ in 0..<headerCount {
            guard let name = cursor.field(), name.range != nil, cursor.field() != nil else { return nil }
        }
        guard cursor.position == cursor.end else { return nil }
    }
}

extension RecordLayout {
    /// Whether the names of all headers are UTF-8: Python's clients cannot go on behind one that is not.
    func hasReadableHeaders(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var cursor = Cursor(bytes: bytes, position: headers, end: end)
        guard let count = cursor.varint() else { return false }
        for _ in 0..<count {
            guard let name = cursor.field()?.range, cursor.field() != nil,
                bytes[name].allSatisfy({ $0 < 0x80 }) || isText(bytes[name])
            else { return false }
        }
        return true
    }

    private func isText(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
        String(validating: bytes, as: UTF8.self) != nil
    }

    /// A byte string that may be null.
    struct Field {
        var range: Range<Int>?
    }

    /// Bounds-checked reading; nil means that the bytes end or make no sense.
    struct Cursor {
        let bytes: UnsafeRawBufferPointer
        var position: Int
        var end: Int

        @inline(__always)
        mutating func skip(_ count: Int) -> Bool {
            guard count <= end - position else { return false }
            position += count
            return true
        }

        @inline(__always)
        mutating func bits(maximum: UInt64) -> UInt64? {
            var value: UInt64 = 0
            var shift: UInt64 = 0
            while position < end, shift < maximum {
                let byte = bytes[position]
                position += 1
                value |= UInt64(byte & 0x7f) << shift
                if byte & 0x80 == 0 { return value }
                shift += 7
            }
            return nil
        }

        @inline(__always)
        mutating func varint() -> Int32? {
            guard let wide = bits(maximum: 35), wide <= UInt64(UInt32.max) else { return nil }
            let bits = UInt32(wide)
            return Int32(bitPattern: (bits >> 1) ^ (0 &- (bits & 1)))
        }

        @inline(__always)
        mutating func varlong() -> Int64? {
            let start = position
            guard let bits = bits(maximum: 70) else { return nil }
            // Of a tenth byte only one bit is left; what clients make of more differs.
            if position - start == 10, bytes[position - 1] > 1 { return nil }
            return Int64(bitPattern: (bits >> 1) ^ (0 &- (bits & 1)))
        }

        @inline(__always)
        mutating func field() -> Field? {
            guard let length = varint() else { return nil }
            guard length >= 0 else { return length == -1 ? Field(range: nil) : nil }
            let start = position
            guard skip(Int(length)) else { return nil }
            return Field(range: start..<position)
        }
    }
}

extension RecordLayout {
    /// The headers that lie between two positions of a record that was read. Bytes of a name that are not UTF-8 are
    /// replaced.
    package static func headers(
        _ bytes: UnsafeRawBufferPointer, from start: Int, to end: Int
    ) -> [(name: String, value: [UInt8]?)] {
        var cursor = Cursor(bytes: bytes, position: start, end: end)
        var headers: [(name: String, value: [UInt8]?)] = []
        for _ in 0..<(cursor.varint() ?? 0) {
            guard let name = cursor.field()?.range, let value = cursor.field() else { break }
            headers.append((String(decoding: bytes[name], as: UTF8.self), value.range.map { Array(bytes[$0]) }))
        }
        return headers
    }
}
