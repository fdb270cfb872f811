/// An ISO 3166-1 alpha-2 country code, in two bytes.
public struct CountryCode: Hashable, Sendable {
    /// The two letters, the first one high: stable, fit to be stored.
    public let packed: UInt16

    @inlinable
    init(trusted packed: UInt16) { self.packed = packed }

    /// The country that was stored as `packed`; nil if there is no such country.
    public init?(packed: UInt16) {
        self.init(UInt8(truncatingIfNeeded: packed >> 8), UInt8(truncatingIfNeeded: packed))
    }

    /// The country of a two-letter code in capitals ("US"); nil for anything else.
    public init?(code: String) {
        var copy = code
        guard let found = copy.withUTF8({ CountryCode(code: $0) }) else { return nil }
        self = found
    }

    /// The country of a two-letter code in ASCII capitals; nil for anything else.
    public init?(code: UnsafeBufferPointer<UInt8>) {
        guard code.count == 2, let found = CountryCode(code[0], code[1]) else { return nil }
        self = found
    }

    init?(_ first: UInt8, _ second: UInt8) {
        let a = first &- 0x41
        let b = second &- 0x41
        guard a < 26, b < 26, CountryTable.secondLetters[Int(a)] >> b & 1 == 1 else { return nil }
        packed = UInt16(first) << 8 | UInt16(second)
    }

    /// The two letters, "US".
    public var code: String {
        String(
            decoding: [UInt8(truncatingIfNeeded: packed >> 8), UInt8(truncatingIfNeeded: packed)],
            as: UTF8.self)
    }
}

extension CountryCode: CustomStringConvertible {
    /// The code.
    public var description: String { code }
}

extension CountryCode: Comparable {
    /// Alphabetical.
    @inlinable
    public static func < (left: CountryCode, right: CountryCode) -> Bool {
        left.packed < right.packed
    }
}

extension CountryCode {
    public static let unitedStates = CountryCode(trusted: 0x5553)
    public static let canada = CountryCode(trusted: 0x4341)
    public static let germany = CountryCode(trusted: 0x4445)
}
