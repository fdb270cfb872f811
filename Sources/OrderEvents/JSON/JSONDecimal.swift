/// A JSON number as it was written: `significand * 10^exponent`, not yet bound to a scale.
struct JSONDecimal {
    var significand: UInt64
    var exponent: Int
    var isNegative: Bool
    /// Non-zero digits did not fit the significand: the value is larger than the pair says.
    var isTruncated = false

    enum Scaled {
        case exact(Int64)
        /// It has more decimals than asked for.
        case inexact
        case overflow
    }

    /// The number in `text`, which must be a JSON number and nothing else.
    init?(text: UnsafeBufferPointer<UInt8>) {
        var scanner = JSONScanner(UnsafeRawBufferPointer(text))
        // Any failure means the same here: it is no number. The caller says so.
        guard let number = try? scanner.number(), scanner.isAtEnd else { return nil }
        self = number
    }

    @inline(__always)
    init(significand: UInt64, exponent: Int, isNegative: Bool, isTruncated: Bool = false) {
        self.significand = significand
        self.exponent = exponent
        self.isNegative = isNegative
        self.isTruncated = isTruncated
    }

    /// The value times `10^digits`, if that is a whole number of 64 bits.
    @inline(__always)
    func scaled(by digits: Int) -> Scaled {
        let shift = exponent + digits
        if shift == 0, !isTruncated, significand <= UInt64(Int64.max) {
            return .exact(isNegative ? -Int64(significand) : Int64(significand))
        }
        return scaledSlowly(shift)
    }

    @inline(never)
    private func scaledSlowly(_ shift: Int) -> Scaled {
        guard significand != 0 else { return .exact(0) }
        var value = significand
        if shift >= 0 {
            for _ in 0..<min(shift, 20) {
                let (product, overflow) = value.multipliedReportingOverflow(by: 10)
                if overflow { return .overflow }
                value = product
            }
        } else {
            for _ in 0..<min(-shift, 20) {
                let (quotient, remainder) = value.quotientAndRemainder(dividingBy: 10)
                if remainder != 0 { return .inexact }
                value = quotient
            }
        }
        guard value <= UInt64(Int64.max) else { return .overflow }
        // Digits are dropped from the twentieth on. If all were whole units, the value would be beyond 64 bits.
        guard !isTruncated else { return .inexact }
        return .exact(isNegative ? -Int64(value) : Int64(value))
    }
}
