/// An ISO 4217 currency that is in use today.
///
/// Held in four bytes: the three letters in the low 24 bits (first letter highest), the number of
/// decimals of its minor unit in the high byte. So neither needs a lookup once it is parsed.
public struct Currency: Hashable, Sendable {
    /// The packed form, stable across versions of this library: fit to be stored.
    public let packed: UInt32

    @inlinable
    init(trusted packed: UInt32) { self.packed = packed }

    /// The currency that was stored as `packed`; nil if this is no currency known here.
    public init?(packed: UInt32) {
        guard
            let known = Currency(
                letter(packed >> 16), letter(packed >> 8), letter(packed)),
            known.packed == packed
        else { return nil }
        self = known
    }

    /// The currency of a three-letter code in capitals ("USD"); nil for anything else.
    public init?(code: String) {
        var copy = code
        guard let found = copy.withUTF8({ Currency(code: $0) }) else { return nil }
        self = found
    }

    /// The currency of a three-letter code in ASCII capitals; nil for anything else.
    public init?(code: UnsafeBufferPointer<UInt8>) {
        guard code.count == 3, let found = Currency(code[0], code[1], code[2]) else { return nil }
        self = found
    }

    init?(_ first: UInt8, _ second: UInt8, _ third: UInt8) {
        guard let index = CurrencyTable.index(first, second, third) else { return nil }
        let digits = CurrencyTable.minorDigits[index]
        guard digits != CurrencyTable.unknown else { return nil }
        packed =
            UInt32(digits) << 24 | UInt32(first) << 16 | UInt32(second) << 8 | UInt32(third)
    }

    /// The number of decimals of an amount: 2 for USD, 0 for JPY, 3 for KWD, 4 for CLF.
    @inlinable
    public var minorDigits: Int { Int(packed >> 24) }

    /// How many minor units make one unit: 100 for USD, 1 for JPY, 1,000 for KWD.
    public var minorUnitsPerUnit: Int64 {
        var factor: Int64 = 1
        for _ in 0..<minorDigits { factor *= 10 }
        return factor
    }

    /// The three letters, "USD".
    public var code: String {
        String(decoding: [letter(packed >> 16), letter(packed >> 8), letter(packed)], as: UTF8.self)
    }
}

extension Currency: CustomStringConvertible {
    /// The code.
    public var description: String { code }
}

extension Currency: Comparable {
    /// Alphabetical by code.
    @inlinable
    public static func < (left: Currency, right: Currency) -> Bool {
        left.packed & 0xFF_FFFF < right.packed & 0xFF_FFFF
    }
}

extension Currency {
    public static let usd = Currency(trusted: 0x0255_5344)
    public static let eur = Currency(trusted: 0x0245_5552)
    public static let gbp = Currency(trusted: 0x0247_4250)
    public static let cad = Currency(trusted: 0x0243_4144)
    public static let jpy = Currency(trusted: 0x004A_5059)
    public static let kwd = Currency(trusted: 0x034B_5744)
}

@inline(__always)
private func letter(_ bits: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: bits) }
