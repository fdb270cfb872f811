/// The pieces that other modules build their own JSON from.
extension JSONBytes {
    /// Appends one byte as it is.
    public mutating func append(_ byte: UInt8) {
        write(atMost: 1) { $0.byte(byte) }
    }

    /// The text as it is, without quotes or escapes.
    public mutating func append(_ literal: StaticString) {
        write(atMost: literal.utf8CodeUnitCount) { $0.literal(literal) }
    }

    /// Appends bytes as they are.
    public mutating func append(contentsOf bytes: UnsafeRawBufferPointer) {
        write(atMost: bytes.count) { $0.copy(bytes) }
    }

    /// Appends bytes as they are.
    public mutating func append(contentsOf bytes: some Collection<UInt8>) {
        let done: Void? = bytes.withContiguousStorageIfAvailable { append(contentsOf: UnsafeRawBufferPointer($0)) }
        if done == nil { for byte in bytes { append(byte) } }
    }

    /// Decimal digits.
    public mutating func append(integer value: Int64) {
        write(atMost: 20) { $0.integer(value) }
    }

    /// The amount with exactly its currency's decimals, without quotes: `249.99`.
    public mutating func append(_ money: Money) {
        write(atMost: 26) { $0.decimal(money.minorUnits, money.currency) }
    }

    /// `2024-01-15T10:30:00Z` without quotes.
    public mutating func append(_ moment: Timestamp) {
        write(atMost: 24) { $0.timestamp(moment) }
    }

    /// The three letters without quotes.
    public mutating func append(_ currency: Currency) {
        write(atMost: 3) { $0.currency(currency) }
    }

    /// The two letters without quotes.
    public mutating func append(_ country: CountryCode) {
        write(atMost: 2) { $0.country(country) }
    }

    /// Any text as a JSON string: quoted, with the escapes that RFC 8259 asks for.
    public mutating func append(string: String) {
        append(0x22)
        var copy = string
        copy.withUTF8 { for byte in $0 { appendEscaped(byte) } }
        append(0x22)
    }

    private mutating func appendEscaped(_ byte: UInt8) {
        switch byte {
        case 0x22: append("\\\"")
        case 0x5C: append("\\\\")
        case 0x0A: append("\\n")
        case 0x0D: append("\\r")
        case 0x09: append("\\t")
        case 0x00..<0x20:
            append("\\u00")
            append(byte >> 4 + 0x30)
            append(byte & 0xF < 10 ? byte & 0xF + 0x30 : byte & 0xF + 0x57)
        default: append(byte)
        }
    }
}
