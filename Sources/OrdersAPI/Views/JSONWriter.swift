import NIOCore
import OrderEvents

/// Writes JSON in order, with the commas in their places, into OrderEvents' byte buffer.
///
/// What it is given is trusted to be well nested: the closures see to that.
struct JSONWriter {
    private(set) var bytes: JSONBytes
    private var needsComma = false

    init(capacity: Int = 1024) {
        bytes = JSONBytes(capacity: capacity)
    }

    // MARK: Structure

    mutating func object(_ body: (inout JSONWriter) -> Void) {
        open(0x7B)
        body(&self)
        close(0x7D)
    }

    mutating func array<Items: Sequence>(_ items: Items, _ each: (inout JSONWriter, Items.Element) -> Void) {
        open(0x5B)
        for item in items { each(&self, item) }
        close(0x5D)
    }

    /// A member's name, with its colon; a value must follow.
    mutating func key(_ name: StaticString) {
        separate()
        bytes.append(0x22)
        bytes.append(name)
        bytes.append("\":")
        needsComma = false
    }

    /// A member's name that is not known before.
    mutating func key(text: String) {
        separate()
        bytes.append(string: text)
        bytes.append(0x3A)
        needsComma = false
    }

    // MARK: Values

    mutating func value(_ text: String) {
        separate()
        bytes.append(string: text)
    }

    mutating func value(_ number: Int64) {
        separate()
        bytes.append(integer: number)
    }

    mutating func value(_ number: Int) { value(Int64(number)) }

    mutating func value(_ flag: Bool) {
        separate()
        bytes.append(flag ? "true" : "false")
    }

    mutating func value(_ moment: Timestamp) {
        separate()
        bytes.append(0x22)
        bytes.append(moment)
        bytes.append(0x22)
    }

    mutating func value(_ money: Money) {
        separate()
        bytes.append(money)
    }

    mutating func value(_ currency: Currency) {
        separate()
        bytes.append(0x22)
        bytes.append(currency)
        bytes.append(0x22)
    }

    mutating func value(_ country: CountryCode) {
        separate()
        bytes.append(0x22)
        bytes.append(country)
        bytes.append(0x22)
    }

    mutating func null() {
        separate()
        bytes.append("null")
    }

    /// A fraction with four decimals, `0.0123`; zero where the whole is zero. Rounded to nearest, unless asked for
    /// down: then only what is whole is 1.
    mutating func ratio(_ part: Int64, of whole: Int64, rounding: FloatingPointRoundingRule = .toNearestOrAwayFromZero)
    {
        separate()
        let tenThousandths =
            whole > 0 && part > 0 ? Int64((Double(part) / Double(whole) * 10_000).rounded(rounding)) : 0
        bytes.append(integer: tenThousandths / 10_000)
        bytes.append(0x2E)
        let fraction = String(tenThousandths % 10_000)
        bytes.append(contentsOf: String(repeating: "0", count: 4 - fraction.count).utf8)
        bytes.append(contentsOf: fraction.utf8)
    }

    /// An object that `write` writes whole, with further members.
    mutating func object(extending write: (inout JSONBytes) -> Void, with members: (inout JSONWriter) -> Void) {
        raw(write)
        bytes.removeLast(downTo: bytes.count - 1)
        members(&self)
        close(0x7D)
    }

    /// A value that `write` writes whole.
    mutating func raw(_ write: (inout JSONBytes) -> Void) {
        separate()
        write(&bytes)
    }

    // MARK: Members

    mutating func member(_ name: StaticString, _ text: String) { key(name); value(text) }
    mutating func member(_ name: StaticString, _ number: Int64) { key(name); value(number) }
    mutating func member(_ name: StaticString, _ number: Int) { key(name); value(Int64(number)) }
    mutating func member(_ name: StaticString, _ flag: Bool) { key(name); value(flag) }
    mutating func member(_ name: StaticString, _ moment: Timestamp) { key(name); value(moment) }
    mutating func member(_ name: StaticString, _ money: Money) { key(name); value(money) }
    mutating func member(_ name: StaticString, sum: MinorUnits, of currency: Currency) {
        key(name)
        raw { $0.append(sum: sum, of: currency) }
    }
    mutating func member(_ name: StaticString, _ currency: Currency) { key(name); value(currency) }
    mutating func member(_ name: StaticString, _ country: CountryCode) { key(name); value(country) }

    mutating func object(_ name: StaticString, _ body: (inout JSONWriter) -> Void) {
        key(name)
        object(body)
    }

    mutating func array<Items: Sequence>(
        _ name: StaticString, _ items: Items, _ each: (inout JSONWriter, Items.Element) -> Void
    ) {
        key(name)
        array(items, each)
    }

    /// A copy of what was written, fit for a response.
    var buffer: ByteBuffer {
        bytes.withUnsafeBytes { ByteBuffer(bytes: $0) }
    }

    private mutating func separate() {
        if needsComma { bytes.append(0x2C) }
        needsComma = true
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }
}
