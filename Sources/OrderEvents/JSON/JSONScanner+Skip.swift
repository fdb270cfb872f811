extension JSONScanner {
    /// Skips a value of any type, checking its grammar; at most ``maximumDepth`` levels deep.
    @inline(never)
    mutating func skipValue() throws(EventError) {
        // One bit for each open level: 1 is an object, 0 an array.
        var levels: UInt64 = 0
        var depth = 0
        while true {
            let byte = try peekValue()
            if byte == 0x7B || byte == 0x5B {
                let isObject = byte == 0x7B
                if try open(byte, isObject ? 0x7D : 0x5D) {
                    guard depth < JSONScanner.maximumDepth else {
                        throw malformed("values nest more than \(JSONScanner.maximumDepth) levels deep")
                    }
                    levels = levels << 1 | (isObject ? 1 : 0)
                    depth += 1
                    if isObject { _ = try key() }
                    continue
                }
            } else {
                try skipScalar(byte)
            }
            // A value has ended: close the levels that end with it.
            while true {
                if depth == 0 { return }
                let isObject = levels & 1 == 1
                if try continues(isObject ? 0x7D : 0x5D) {
                    if isObject { _ = try key() }
                    break
                }
                levels >>= 1
                depth -= 1
            }
        }
    }

    private mutating func skipScalar(_ first: UInt8) throws(EventError) {
        switch first {
        case 0x22: _ = try string()
        case 0x2D, 0x30...0x39: _ = try number()
        case 0x74: try word("true")
        case 0x66: try word("false")
        case 0x6E: try word("null")
        default: throw malformed("expected a value")
        }
    }

    /// Exactly this word.
    mutating func word(_ word: StaticString) throws(EventError) {
        let length = word.utf8CodeUnitCount
        guard length <= end - offset else { throw malformed("expected a value") }
        for place in 0..<length where base[offset + place] != word.utf8Start[place] {
            throw malformed("expected a value")
        }
        offset += length
    }
}
