/// Writes into memory that was reserved beforehand: no call checks for room, ``JSONBytes/write(atMost:_:)`` has.
struct JSONCursor {
    private(set) var position: UnsafeMutableRawPointer

    @inline(__always)
    init(at position: UnsafeMutableRawPointer) { self.position = position }

    @inline(__always)
    mutating func byte(_ byte: UInt8) {
        position.storeBytes(of: byte, as: UInt8.self)
        position += 1
    }

    @inline(__always)
    mutating func literal(_ text: StaticString) {
        let count = text.utf8CodeUnitCount
        position.copyMemory(from: text.utf8Start, byteCount: count)
        position += count
    }

    @inline(__always)
    mutating func copy(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        position.copyMemory(from: start, byteCount: bytes.count)
        position += bytes.count
    }

    /// At most 20 bytes.
    @inline(__always)
    mutating func integer(_ value: Int64) {
        if value < 0 { byte(0x2D) }
        unsigned(value.magnitude)
    }

    /// At most 20 bytes.
    @inline(__always)
    mutating func unsigned(_ value: UInt64) {
        let digits = JSONCursor.digitCount(value)
        self.digits(value, count: digits)
    }

    /// Exactly `count` digits, the lowest ones of `value`.
    @inline(__always)
    private mutating func digits(_ value: UInt64, count: Int) {
        var rest = value
        var place = count
        while place >= 2 {
            place -= 2
            pair(Int(truncatingIfNeeded: rest % 100), at: place)
            rest /= 100
        }
        if place == 1 { position.storeBytes(of: UInt8(truncatingIfNeeded: rest % 10) + 0x30, as: UInt8.self) }
        position += count
    }

    @inline(__always)
    private func pair(_ value: Int, at place: Int) {
        let tens = value / 10
        let ones = value - tens * 10
        let both = UInt16(truncatingIfNeeded: (tens + 0x30) | (ones + 0x30) << 8)
        position.storeBytes(of: both.littleEndian, toByteOffset: place, as: UInt16.self)
    }

    @inline(__always)
    private static func digitCount(_ value: UInt64) -> Int {
        var count = 1
        var bound: UInt64 = 10
        while value >= bound, count < 20 {
            count += 1
            // 10^20 does not fit; the count stops the loop before it is compared with.
            bound = bound &* 10
        }
        return count
    }

    /// A decimal with exactly the currency's decimals; at most 26 bytes.
    @inline(__always)
    mutating func decimal(_ minorUnits: Int64, _ currency: Currency) {
        if minorUnits < 0 { byte(0x2D) }
        let magnitude = minorUnits.magnitude
        switch currency.minorDigits {
        case 0: unsigned(magnitude)
        case 2: parts(magnitude, 100, 2)
        case 3: parts(magnitude, 1_000, 3)
        default: parts(magnitude, 10_000, 4)
        }
    }

    @inline(__always)
    private mutating func parts(_ magnitude: UInt64, _ factor: UInt64, _ decimals: Int) {
        let (whole, rest) = magnitude.quotientAndRemainder(dividingBy: factor)
        unsigned(whole)
        byte(0x2E)
        digits(rest, count: decimals)
    }

    /// Three letters.
    @inline(__always)
    mutating func currency(_ currency: Currency) {
        let packed = currency.packed
        byte(UInt8(truncatingIfNeeded: packed >> 16))
        byte(UInt8(truncatingIfNeeded: packed >> 8))
        byte(UInt8(truncatingIfNeeded: packed))
    }

    /// Two letters.
    @inline(__always)
    mutating func country(_ country: CountryCode) {
        byte(UInt8(truncatingIfNeeded: country.packed >> 8))
        byte(UInt8(truncatingIfNeeded: country.packed))
    }

    /// RFC 3339 in UTC, 20 or 24 bytes, without quotes.
    @inline(__always)
    mutating func timestamp(_ moment: Timestamp) {
        let clamped = min(max(moment.millisecondsSinceEpoch, 0), Timestamp.latest.millisecondsSinceEpoch)
        let (seconds, milliseconds) = UInt64(clamped).quotientAndRemainder(dividingBy: 1_000)
        let (days, secondOfDay) = seconds.quotientAndRemainder(dividingBy: 86_400)
        let date = CivilDate.date(daysSinceEpoch: Int(days))
        let minuteOfDay = Int(secondOfDay) / 60
        pair(date.year / 100, at: 0)
        pair(date.year % 100, at: 2)
        pair(date.month, at: 5)
        pair(date.day, at: 8)
        pair(minuteOfDay / 60, at: 11)
        pair(minuteOfDay % 60, at: 14)
        pair(Int(secondOfDay) % 60, at: 17)
        position.storeBytes(of: 0x2D, toByteOffset: 4, as: UInt8.self)
        position.storeBytes(of: 0x2D, toByteOffset: 7, as: UInt8.self)
        position.storeBytes(of: 0x54, toByteOffset: 10, as: UInt8.self)
        position.storeBytes(of: 0x3A, toByteOffset: 13, as: UInt8.self)
        position.storeBytes(of: 0x3A, toByteOffset: 16, as: UInt8.self)
        position += 19
        if milliseconds != 0 {
            byte(0x2E)
            digits(milliseconds, count: 3)
        }
        byte(0x5A)
    }
}
