/// Reads one JSON text (RFC 8259) from raw bytes, front to back, without allocating.
///
/// Every read of a byte stands behind a comparison of `offset` with `end`: input of any kind ends in a
/// typed error, never in a trap. The bytes must outlive the scanner.
struct JSONScanner {
    /// How deep a value that is skipped may nest.
    static let maximumDepth = 64

    let base: UnsafePointer<UInt8>
    let end: Int
    var offset = 0

    @inline(__always)
    init(_ bytes: UnsafeRawBufferPointer) {
        // An empty buffer may have no address; nothing is read through this one, since end is 0.
        let address = bytes.baseAddress ?? UnsafeRawPointer(JSONScanner.nothing.utf8Start)
        base = address.assumingMemoryBound(to: UInt8.self)
        end = bytes.count
    }

    private static let nothing: StaticString = ""

    var isAtEnd: Bool { offset == end }

    @inline(__always)
    mutating func skipWhitespace() {
        while offset < end {
            let byte = base[offset]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            offset += 1
        }
    }

    /// The first byte of the value that comes next, white space skipped; not consumed.
    @inline(__always)
    mutating func peekValue() throws(EventError) -> UInt8 {
        skipWhitespace()
        guard offset < end else { throw malformed("the text ends where a value is expected") }
        return base[offset]
    }

    /// Consumes `{` or `[`; true if a first member follows, false if it is closed at once.
    @inline(__always)
    mutating func open(_ opening: UInt8, _ closing: UInt8) throws(EventError) -> Bool {
        guard try peekValue() == opening else { throw malformed(unexpected(opening)) }
        offset += 1
        skipWhitespace()
        guard offset < end else { throw malformed("the text ends inside an object or array") }
        guard base[offset] == closing else { return true }
        offset += 1
        return false
    }

    /// After a member: consumes a comma (true) or `closing` (false).
    @inline(__always)
    mutating func continues(_ closing: UInt8) throws(EventError) -> Bool {
        skipWhitespace()
        guard offset < end else { throw malformed("the text ends inside an object or array") }
        let byte = base[offset]
        if byte == 0x2C {
            offset += 1
            return true
        }
        guard byte == closing else { throw malformed(unexpected(closing)) }
        offset += 1
        return false
    }

    /// A member's name and its colon.
    @inline(__always)
    mutating func key() throws(EventError) -> JSONText {
        skipWhitespace()
        let name = try string()
        skipWhitespace()
        guard offset < end, base[offset] == 0x3A else { throw malformed("expected ':' after a field's name") }
        offset += 1
        return name
    }

    /// Nothing but white space may follow.
    @inline(__always)
    mutating func finish() throws(EventError) {
        skipWhitespace()
        guard offset == end else { throw malformed("the text goes on after its end") }
    }

    @inline(never)
    func malformed(_ detail: String) -> EventError {
        EventError(.malformedJSON(offset: offset), detail: detail)
    }

    @inline(never)
    private func unexpected(_ expected: UInt8) -> String {
        switch expected {
        case 0x7B: "expected an object"
        case 0x5B: "expected an array"
        case 0x7D: "expected ',' or '}'"
        default: "expected ',' or ']'"
        }
    }

    /// What stands from `start` up to here (or `stop`), for a message: at most 40 bytes of it.
    @inline(never)
    func excerpt(from start: Int, to stop: Int? = nil) -> String {
        let stop = stop ?? offset
        let cut = min(stop, start + 40)
        let text = String(decoding: UnsafeBufferPointer(start: base + start, count: cut - start), as: UTF8.self)
        return cut < stop ? text + "…" : text
    }
}
