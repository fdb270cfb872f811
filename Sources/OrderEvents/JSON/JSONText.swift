/// A string as it stands in the JSON text, between its quotes.
struct JSONText {
    let start: UnsafePointer<UInt8>
    let count: Int
    let isEscaped: Bool

    /// Hands the string's UTF-8 to `body`: in place, or unescaped in a temporary buffer.
    @inline(__always)
    func read<Value>(_ body: (UnsafeBufferPointer<UInt8>) -> Value) -> Value {
        if !isEscaped { return body(UnsafeBufferPointer(start: start, count: count)) }
        return readUnescaped(body)
    }

    @inline(never)
    private func readUnescaped<Value>(_ body: (UnsafeBufferPointer<UInt8>) -> Value) -> Value {
        // Unescaped text is never longer than its escapes.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { buffer in
            let written = JSONUnescaping.unescape(UnsafeBufferPointer(start: start, count: count), into: buffer)
            return body(UnsafeBufferPointer(rebasing: buffer[..<written]))
        }
    }

    /// The string for a message, in quotes, at most 40 bytes of it.
    var quoted: String {
        read { bytes in
            let text = String(decoding: UnsafeBufferPointer(rebasing: bytes.prefix(40)), as: UTF8.self)
            return "\"\(text)\(bytes.count > 40 ? "…" : "")\""
        }
    }
}

/// Turns the escapes of a string that the scanner has accepted into UTF-8.
enum JSONUnescaping {
    /// Writes to `output`, which has room for as many bytes as `input`; returns the bytes written.
    /// A lone surrogate, which no UTF-8 can hold, becomes U+FFFD.
    static func unescape(_ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>) -> Int {
        var written = 0
        var place = 0
        while place < input.count {
            let byte = input[place]
            guard byte == 0x5C else {
                output[written] = byte
                written += 1
                place += 1
                continue
            }
            let escape = input[place + 1]
            place += 2
            guard escape == 0x75 else {  // not \u
                output[written] = simple(escape)
                written += 1
                continue
            }
            var scalar = hexadecimal(input, place)
            place += 4
            if scalar & 0xFC00 == 0xD800, place + 6 <= input.count, input[place] == 0x5C, input[place + 1] == 0x75 {
                let low = hexadecimal(input, place + 2)
                if low & 0xFC00 == 0xDC00 {
                    scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
                    place += 6
                }
            }
            for unit in UTF8.encode(Unicode.Scalar(scalar) ?? "\u{FFFD}") ?? UTF8.encodedReplacementCharacter {
                output[written] = unit
                written += 1
            }
        }
        return written
    }

    private static func simple(_ escape: UInt8) -> UInt8 {
        switch escape {
        case 0x62: 0x08
        case 0x66: 0x0C
        case 0x6E: 0x0A
        case 0x72: 0x0D
        case 0x74: 0x09
        default: escape  // quote, backslash, slash
        }
    }

    /// Four hexadecimal digits, which the scanner has checked.
    private static func hexadecimal(_ input: UnsafeBufferPointer<UInt8>, _ place: Int) -> UInt32 {
        var value: UInt32 = 0
        for digit in input[place..<place + 4] {
            value = value << 4 | UInt32(digit <= 0x39 ? digit - 0x30 : (digit | 0x20) - 0x57)
        }
        return value
    }
}
