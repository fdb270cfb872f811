/// A sum of amounts of one currency, in its minor units.
///
/// As many orders as there are ids (2^53), each of the largest amount, make 103 bits: sums of amounts never overflow.
public typealias MinorUnits = Int128

extension MinorUnits {
    /// The largest sum that is read back, to both sides of zero: all that there can be. A million of them still add up.
    static let largestSum = MinorUnits(OrderID.maximum) * MinorUnits(Money.maximumMinorUnits)

    /// The sum that a decimal stands for, with at most so many decimals.
    ///
    /// - Returns: nil for more decimals (other than zeros), for more than ``largestSum``, and for a decimal that is
    ///   truncated.
    init?(_ decimal: JSONDecimal, decimals digits: Int) {
        guard !decimal.isTruncated else { return nil }
        var value = Magnitude(decimal.significand)
        var shift = value == 0 ? 0 : decimal.exponent + digits
        while shift < 0 {
            guard value % 10 == 0 else { return nil }
            value /= 10
            shift += 1
        }
        while shift > 0 {
            value *= 10
            guard value <= Self.largestSum.magnitude else { return nil }
            shift -= 1
        }
        self = decimal.isNegative ? -MinorUnits(value) : MinorUnits(value)
    }

    /// The sum that `text` stands for, as this module writes it, with at most so many decimals: any number of digits,
    /// no exponent.
    ///
    /// - Returns: nil for more decimals (other than zeros), and for more than ``largestSum``.
    init?(text: UnsafeBufferPointer<UInt8>, decimals digits: Int) {
        var value: Magnitude = 0
        var decimals: Int?
        for byte in text {
            switch byte {
            case 0x2E: decimals = 0
            case 0x30...0x39 where decimals == digits:
                if byte != 0x30 { return nil }
            case 0x30...0x39:
                value = value * 10 + Magnitude(byte - 0x30)
                if value > Self.largestSum.magnitude { return nil }
                if let read = decimals { decimals = read + 1 }
            case 0x2D, 0x22: break
            default: return nil
            }
        }
        for _ in (decimals ?? 0)..<digits { value *= 10 }
        guard value <= Self.largestSum.magnitude else { return nil }
        self = text.contains(0x2D) ? -MinorUnits(value) : MinorUnits(value)
    }
}

extension JSONBytes {
    /// The sum with exactly its currency's decimals, without quotes: `93000000000000000.00`. It may have any number of
    /// digits: whoever reads JSON numbers as doubles sees the first 15 to 17 of them.
    public mutating func append(sum: MinorUnits, of currency: Currency) {
        write(atMost: JSONCursor.maximumSumBytes) { $0.decimal(sum, currency) }
    }
}

extension JSONCursor {
    /// A sign, 39 digits and a point.
    static let maximumSumBytes = 41

    /// A decimal with exactly the currency's decimals.
    @inline(__always)
    mutating func decimal(_ minorUnits: MinorUnits, _ currency: Currency) {
        guard let narrow = Int64(exactly: minorUnits) else { return wideDecimal(minorUnits, currency) }
        decimal(narrow, currency)
    }

    /// Of more than 64 bits: that many digits, that there is one before the point.
    @inline(never)
    private mutating func wideDecimal(_ minorUnits: MinorUnits, _ currency: Currency) {
        if minorUnits < 0 { byte(0x2D) }
        let digits = String(minorUnits.magnitude).utf8
        for (place, digit) in digits.enumerated() {
            if place == digits.count - currency.minorDigits, place > 0 { byte(0x2E) }
            byte(digit)
        }
    }
}
