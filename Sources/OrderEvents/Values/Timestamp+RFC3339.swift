/// Why text is no timestamp.
enum TimestampProblem: Error {
    case notRFC3339
    case noOffset
    case outOfRange

    var detail: String {
        switch self {
        case .notRFC3339: "is no RFC 3339 timestamp such as 2024-01-15T10:30:00Z"
        case .noOffset: "lacks an offset from UTC; end it with Z or such as +02:00"
        case .outOfRange: "is outside the years 1970 to 9999"
        }
    }
}

extension Timestamp {
    /// A moment from RFC 3339 text: any offset, any fraction (cut to milliseconds), `T` or a blank between
    /// date and time, a leap second read as the second after it.
    public init?(rfc3339 text: String) {
        var copy = text
        guard case .success(let moment) = copy.withUTF8({ Timestamp.parse($0) }) else { return nil }
        self = moment
    }

    static func parse(_ text: UnsafeBufferPointer<UInt8>) -> Result<Timestamp, TimestampProblem> {
        // 0123456789012345678
        // 2024-01-15T10:30:00
        guard text.count >= 19, let start = text.baseAddress else { return .failure(.notRFC3339) }
        let separator = start[10] | 0x20  // "T" and "t" alike; a blank stays itself
        guard start[4] == 0x2D, start[7] == 0x2D, start[13] == 0x3A, start[16] == 0x3A,
            separator == 0x74 || start[10] == 0x20
        else { return .failure(.notRFC3339) }
        let century = pair(start, 0)
        let yearOfCentury = pair(start, 2)
        let month = pair(start, 5)
        let day = pair(start, 8)
        let hour = pair(start, 11)
        let minute = pair(start, 14)
        let second = pair(start, 17)
        guard (century | yearOfCentury) >= 0, month >= 1, month <= 12, day >= 1, hour >= 0, hour <= 23,
            minute >= 0, minute <= 59, second >= 0, second <= 60
        else { return .failure(.notRFC3339) }
        let year = century * 100 + yearOfCentury
        guard day <= 28 || day <= CivilDate.days(inMonth: month, year: year) else { return .failure(.notRFC3339) }
        var seconds = CivilDate.daysSinceEpoch(year: year, month: month, day: day) * 86_400
        seconds += hour * 3_600 + minute * 60 + second

        var place = 19
        var milliseconds = 0
        if place < text.count, start[place] == 0x2E {
            guard let fraction = fraction(text, at: &place) else { return .failure(.notRFC3339) }
            milliseconds = fraction
        }
        guard place < text.count else { return .failure(.noOffset) }
        if start[place] | 0x20 == 0x7A {  // Z
            guard place + 1 == text.count else { return .failure(.notRFC3339) }
        } else {
            guard let offset = offset(text, at: place) else { return .failure(.notRFC3339) }
            seconds -= offset
        }
        let total = seconds * 1_000 + milliseconds
        guard total >= 0, total <= latest.millisecondsSinceEpoch else { return .failure(.outOfRange) }
        return .success(Timestamp(millisecondsSinceEpoch: Int64(total)))
    }

    /// Two digits as a number; negative (at most -1) if they are none.
    @inline(__always)
    private static func pair(_ start: UnsafePointer<UInt8>, _ place: Int) -> Int {
        let tens = start[place] &- 0x30
        let ones = start[place + 1] &- 0x30
        return tens <= 9 && ones <= 9 ? Int(tens) * 10 + Int(ones) : -1_000
    }

    /// The digits after the dot at `place`, as milliseconds.
    private static func fraction(_ text: UnsafeBufferPointer<UInt8>, at place: inout Int) -> Int? {
        place += 1
        let first = place
        var weight = 100
        var milliseconds = 0
        while place < text.count, text[place] &- 0x30 <= 9 {
            milliseconds += Int(text[place] &- 0x30) * weight
            weight /= 10
            place += 1
        }
        return place > first ? milliseconds : nil
    }

    /// The seconds of "+02:00" at `place`, which must be the end of the text.
    private static func offset(_ text: UnsafeBufferPointer<UInt8>, at place: Int) -> Int? {
        guard text.count == place + 6, let start = text.baseAddress, start[place + 3] == 0x3A else { return nil }
        let hours = pair(start, place + 1)
        let minutes = pair(start, place + 4)
        guard hours >= 0, hours <= 23, minutes >= 0, minutes <= 59 else { return nil }
        let seconds = hours * 3_600 + minutes * 60
        switch start[place] {
        case 0x2B: return seconds
        case 0x2D: return -seconds
        default: return nil
        }
    }
}

extension Timestamp: CustomStringConvertible {
    /// "2024-01-15T10:30:00Z", with three decimals only where milliseconds are not zero.
    public var description: String {
        var bytes = JSONBytes()
        bytes.append(self)
        return bytes.description
    }
}
