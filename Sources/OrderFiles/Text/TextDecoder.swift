/// Turns a file's bytes into UTF-8: takes off a byte order mark, and reads UTF-16 as Excel and PowerShell write it.
///
/// Bytes that claim to be UTF-8 are handed on as they are. In UTF-16, half a surrogate pair becomes U+FFFD.
struct TextDecoder: Sendable {
    enum Encoding: String, Sendable {
        case utf8 = "UTF-8"
        case utf16LittleEndian = "UTF-16LE"
        case utf16BigEndian = "UTF-16BE"
    }

    /// nil until the first bytes were seen.
    private(set) var encoding: Encoding?
    /// Bytes that wait for others: the first three of a file, half a unit, a high surrogate.
    private var pending: [UInt8] = []

    /// Appends the text of `bytes` to `output`.
    /// - Parameter isLast: whether nothing follows.
    mutating func decode(_ bytes: UnsafeRawBufferPointer, isLast: Bool, into output: inout [UInt8])
        throws(OrderFileError)
    {
        if encoding == .utf8 {
            output.append(contentsOf: bytes)
            return
        }
        pending.append(contentsOf: bytes)
        if encoding == nil {
            guard pending.count >= 4 || isLast else { return }
            let (encoding, mark) = try Self.detect(pending)
            self.encoding = encoding
            pending.removeFirst(mark)
        }
        if encoding == .utf8 {
            output.append(contentsOf: pending)
            pending = []
        } else {
            decodeUnits(isLast: isLast, into: &output)
        }
    }

    /// The encoding, and the length of the byte order mark.
    ///
    /// Every file of orders begins with an ASCII character, so without a mark the zeros tell UTF-16 from UTF-8.
    private static func detect(_ head: [UInt8]) throws(OrderFileError) -> (Encoding, mark: Int) {
        if head.starts(with: [0xFF, 0xFE, 0, 0]) || head.starts(with: [0, 0, 0xFE, 0xFF]) {
            throw OrderFileError(.notAnOrderFile, "the text is UTF-32; save it as UTF-8")
        }
        if head.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
        if head.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, 2) }
        if head.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, 2) }
        guard head.count >= 2 else { return (.utf8, 0) }
        if head[0] != 0, head[1] == 0, head.count < 4 || head[3] == 0 { return (.utf16LittleEndian, 0) }
        if head[0] == 0, head[1] != 0, head.count < 4 || head[2] == 0 { return (.utf16BigEndian, 0) }
        return (.utf8, 0)
    }

    private mutating func decodeUnits(isLast: Bool, into output: inout [UInt8]) {
        let isLittle = encoding == .utf16LittleEndian
        let bytes = pending
        func unit(_ place: Int) -> UInt32 {
            isLittle
                ? UInt32(bytes[place]) | UInt32(bytes[place + 1]) << 8
                : UInt32(bytes[place]) << 8 | UInt32(bytes[place + 1])
        }
        func append(_ scalar: Unicode.Scalar) { output.append(contentsOf: UTF8.encode(scalar)!) }
        var place = 0
        while place + 2 <= bytes.count {
            let first = unit(place)
            if first < 0x80 {
                output.append(UInt8(first))
            } else if first & 0xFC00 == 0xD800 {
                guard place + 4 <= bytes.count else { break }
                let second = unit(place + 2)
                if second & 0xFC00 == 0xDC00 {
                    append(Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))!)
                    place += 2
                } else {
                    append("\u{FFFD}")
                }
            } else {
                // Only a low surrogate on its own is no scalar here.
                append(Unicode.Scalar(first) ?? "\u{FFFD}")
            }
            place += 2
        }
        pending.removeFirst(place)
        if isLast, !pending.isEmpty {
            append("\u{FFFD}")
            pending = []
        }
    }
}
