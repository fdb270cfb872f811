extension JSONScanner {
    /// A string; its escapes and its UTF-8 are checked, and left as they are.
    @inline(__always)
    mutating func string() throws(EventError) -> JSONText {
        guard offset < end, base[offset] == 0x22 else { throw malformed("expected a string") }
        offset += 1
        let start = offset
        // Eight bytes at a time up to the first that is not plain, then it and the last few one by one.
        while end - offset >= 8 {
            let word = UnsafeRawPointer(base + offset).loadUnaligned(as: UInt64.self)
            let special = JSONScanner.specialBytes(UInt64(littleEndian: word))
            offset += special == 0 ? 8 : special.trailingZeroBitCount >> 3
            if special != 0 { break }
        }
        while offset < end {
            let byte = base[offset]
            if byte == 0x22 {
                offset += 1
                return JSONText(start: base + start, count: offset - 1 - start, isEscaped: false)
            }
            guard byte >= 0x20, byte < 0x80, byte != 0x5C else { break }
            offset += 1
        }
        return try unusualString(from: start)
    }

    /// The high bit of each byte that is a quote, a backslash, a control character or beyond ASCII. Only the lowest
    /// one is exact: a borrow may set the bits of bytes above it.
    ///
    /// Source: Sean Eron Anderson, "Bit Twiddling Hacks", "Determine if a word has a byte less than n".
    @inline(__always)
    private static func specialBytes(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = word ^ (ones &* 0x22)
        let backslashes = word ^ (ones &* 0x5C)
        let controls = (word &- ones &* 0x20) & ~word
        return (controls | (quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes | word) & (ones &* 0x80)
    }

    /// The rest of a string that has escapes, characters beyond ASCII, or an error.
    @inline(never)
    private mutating func unusualString(from start: Int) throws(EventError) -> JSONText {
        var isEscaped = false
        while offset < end {
            let byte = base[offset]
            switch byte {
            case 0x22:
                offset += 1
                return JSONText(start: base + start, count: offset - 1 - start, isEscaped: isEscaped)
            case 0x5C:
                isEscaped = true
                try escape()
            case 0x20..<0x80:
                offset += 1
            case 0x00..<0x20:
                throw malformed("an unescaped control character in a string")
            default:
                try multibyteCharacter()
            }
        }
        throw malformed("the text ends inside a string")
    }

    private mutating func escape() throws(EventError) {
        guard offset + 1 < end else { throw malformed("the text ends inside a string") }
        switch base[offset + 1] {
        case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74:
            offset += 2
        case 0x75:
            guard offset + 6 <= end else { throw malformed("the text ends inside a string") }
            for place in offset + 2..<offset + 6 {
                let digit = base[place]
                let isHexadecimal = digit &- 0x30 <= 9 || (digit | 0x20) &- 0x61 <= 5
                guard isHexadecimal else { throw malformed("\\u needs four hexadecimal digits") }
            }
            offset += 6
        default:
            throw malformed("an unknown escape in a string")
        }
    }

    /// One character of two to four bytes: shortest form, no surrogate, at most U+10FFFF (Unicode, table 3-7).
    private mutating func multibyteCharacter() throws(EventError) {
        let first = base[offset]
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch first {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: length = 4
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw malformed("a string is not UTF-8")
        }
        guard offset + length <= end, second.contains(base[offset + 1]) else {
            throw malformed("a string is not UTF-8")
        }
        for place in offset + 2..<max(offset + 2, offset + length) where base[place] & 0xC0 != 0x80 {
            throw malformed("a string is not UTF-8")
        }
        offset += length
    }
}
