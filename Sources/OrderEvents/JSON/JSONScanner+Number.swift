extension JSONScanner {
    /// A number by JSON's grammar, exact as far as 19 digits go.
    @inline(__always)
    mutating func number() throws(EventError) -> JSONDecimal {
        var place = offset
        let isNegative = place < end && base[place] == 0x2D
        if isNegative { place += 1 }
        let first = place
        var significand: UInt64 = 0
        while place < end {
            let digit = base[place] &- 0x30
            guard digit <= 9 else { break }
            significand = significand &* 10 &+ UInt64(digit)
            place += 1
        }
        var digits = place - first
        guard digits > 0, digits == 1 || base[first] != 0x30 else { return try unusualNumber() }
        var exponent = 0
        if place < end, base[place] == 0x2E {
            place += 1
            let firstDecimal = place
            while place < end {
                let digit = base[place] &- 0x30
                guard digit <= 9 else { break }
                significand = significand &* 10 &+ UInt64(digit)
                place += 1
            }
            exponent = firstDecimal - place
            guard exponent < 0 else { return try unusualNumber() }
            digits -= exponent
        }
        // 19 digits fit 64 bits; an exponent, more digits and errors are the rare case.
        guard digits <= 19, place == end || base[place] | 0x20 != 0x65 else { return try unusualNumber() }
        offset = place
        return JSONDecimal(significand: significand, exponent: exponent, isNegative: isNegative)
    }

    /// The number from its start, with an exponent, any count of digits, and the reason if it is none.
    @inline(never)
    private mutating func unusualNumber() throws(EventError) -> JSONDecimal {
        let isNegative = offset < end && base[offset] == 0x2D
        if isNegative { offset += 1 }
        var digits = DigitCollector()
        let first = offset
        while let digit = nextDigit() { digits.append(digit, isDecimal: false) }
        guard offset > first else { throw malformed("expected a digit") }
        guard offset == first + 1 || base[first] != 0x30 else {
            offset = first
            throw malformed("a number has no leading zeros")
        }
        if offset < end, base[offset] == 0x2E {
            offset += 1
            let firstDecimal = offset
            while let digit = nextDigit() { digits.append(digit, isDecimal: true) }
            guard offset > firstDecimal else { throw malformed("expected a digit after the decimal point") }
        }
        var power = 0
        if offset < end, base[offset] | 0x20 == 0x65 {
            offset += 1
            power = try exponent()
        }
        return JSONDecimal(
            significand: digits.significand, exponent: digits.exponent + power, isNegative: isNegative,
            isTruncated: digits.isTruncated)
    }

    /// The digits after `e`; their value is held within ±100,000, far beyond what any amount can use.
    private mutating func exponent() throws(EventError) -> Int {
        var isNegative = false
        if offset < end, base[offset] == 0x2D || base[offset] == 0x2B {
            isNegative = base[offset] == 0x2D
            offset += 1
        }
        let first = offset
        var value = 0
        while let digit = nextDigit() { value = min(value * 10 + Int(digit), 100_000) }
        guard offset > first else { throw malformed("expected a digit after the exponent") }
        return isNegative ? -value : value
    }

    private mutating func nextDigit() -> UInt8? {
        guard offset < end else { return nil }
        let digit = base[offset] &- 0x30
        guard digit <= 9 else { return nil }
        offset += 1
        return digit
    }
}

/// Gathers the digits of a number of any length.
///
/// The number is `significand * 10^exponent`. Zeros are held back until a digit follows that needs them,
/// so that 249.990000000000000000000 stays exact in 64 bits.
private struct DigitCollector {
    private(set) var significand: UInt64 = 0
    private(set) var isTruncated = false
    private var heldZeros = 0
    private var decimals = 0

    var exponent: Int { heldZeros - decimals }

    mutating func append(_ digit: UInt8, isDecimal: Bool) {
        if isDecimal { decimals += 1 }
        if digit == 0 || isTruncated {
            if significand != 0 { heldZeros += 1 }
            return
        }
        guard let longer = extended(by: digit) else {
            isTruncated = true
            heldZeros += 1
            return
        }
        significand = longer
        heldZeros = 0
    }

    /// The significand with the held zeros and `digit` behind it; nil if 64 bits don't hold that.
    private func extended(by digit: UInt8) -> UInt64? {
        guard heldZeros < 20 || significand == 0 else { return nil }
        var value = significand
        for _ in 0...heldZeros {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            value = product
        }
        let (sum, overflow) = value.addingReportingOverflow(UInt64(digit))
        return overflow ? nil : sum
    }
}
