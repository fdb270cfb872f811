import Foundation
import OrderEvents
import Testing

@Suite("Timestamp")
struct TimestampTests {
    @Test(
        "RFC 3339 text becomes the moment it means",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2024-01-15T10:30:00Z", 1_705_314_600_000),
            ("2024-01-15t10:30:00z", 1_705_314_600_000), ("2024-01-15 10:30:00Z", 1_705_314_600_000),
            ("2024-01-15T10:30:00.5Z", 1_705_314_600_500), ("2024-01-15T10:30:00.123456789Z", 1_705_314_600_123),
            ("2024-01-15T12:30:00+02:00", 1_705_314_600_000), ("2024-01-15T00:00:00-10:30", 1_705_314_600_000),
            ("2024-01-15T10:30:00-00:00", 1_705_314_600_000), ("2024-02-29T00:00:00Z", 1_709_164_800_000),
            ("2000-02-29T00:00:00Z", 951_782_400_000), ("2016-12-31T23:59:60Z", 1_483_228_800_000),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999), ("1970-01-01T01:00:00+01:00", 0),
        ])
    func parses(_ text: String, _ milliseconds: Int64) {
        #expect(Timestamp(rfc3339: text)?.millisecondsSinceEpoch == milliseconds)
    }

    @Test(
        "other text is no timestamp",
        arguments: [
            "", "2024", "2024-01-15", "2024-01-15T10:30:00", "2024-01-15T10:30Z", "2024-13-01T00:00:00Z",
            "2024-00-01T00:00:00Z", "2024-01-00T00:00:00Z", "2024-01-32T00:00:00Z", "2023-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z", "2024-04-31T00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01T00:60:00Z",
            "2024-01-01T00:00:61Z", "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00,5Z", "2024-01-01T00:00:00+0200",
            "2024-01-01T00:00:00+02:60", "2024-01-01T00:00:00+24:00", "2024-01-01T00:00:00Zx", "2024-01-01T00:00:00ZZ",
            "1969-12-31T23:59:59Z", "1970-01-01T00:00:00+00:01", "9999-12-31T23:59:60Z", "10000-01-01T00:00:00Z",
            "-024-01-01T00:00:00Z", "2024/01/01T00:00:00Z", "2024-01-01X00:00:00Z", "２０２４-01-01T00:00:00Z",
            "2024-01-01T00:00:00.123", "2024-01-01T00:00:00+", "2024-01-01T00:00:00+0", "1705314600000",
            "    -  -  T  :  :  Z", "2024-01-01T-1:00:00Z", "2024-1--01T00:00:00Z",
        ])
    func refuses(_ text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test("any moment prints and reads back as itself, and as Foundation prints it")
    func roundTrip() {
        let formatter = ISO8601DateFormatter()
        var milliseconds: Int64 = 0
        var step: Int64 = 1
        while milliseconds <= Timestamp.latest.millisecondsSinceEpoch {
            let moment = Timestamp(millisecondsSinceEpoch: milliseconds)
            #expect(Timestamp(rfc3339: moment.description) == moment)
            let whole = Timestamp(millisecondsSinceEpoch: milliseconds - milliseconds % 1_000)
            let date = Date(timeIntervalSince1970: Double(milliseconds / 1_000))
            #expect(whole.description == formatter.string(from: date))
            // Steps of all sizes, up to some years, hitting ever other times of day.
            step = (step &* 7 + 13) % 50_000_000_000
            milliseconds += step + 1
        }
        #expect(Timestamp.latest.description == "9999-12-31T23:59:59.999Z")
    }

    @Test("each day of four hundred years is the day the calendar says")
    func everyDay() throws {
        var expected = (year: 1970, month: 1, day: 1)
        for day in 0..<146_097 {
            let text = Timestamp(millisecondsSinceEpoch: Int64(day) * 86_400_000).description
            let month = expected.month < 10 ? "0\(expected.month)" : "\(expected.month)"
            let dayOfMonth = expected.day < 10 ? "0\(expected.day)" : "\(expected.day)"
            guard text == "\(expected.year)-\(month)-\(dayOfMonth)T00:00:00Z" else {
                Issue.record("day \(day) prints as \(text)")
                return
            }
            let isLeap = expected.year % 4 == 0 && (expected.year % 100 != 0 || expected.year % 400 == 0)
            let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            expected.day += 1
            if expected.day > lengths[expected.month - 1] { (expected.day, expected.month) = (1, expected.month + 1) }
            if expected.month > 12 { (expected.month, expected.year) = (1, expected.year + 1) }
        }
    }

    @Test("arithmetic stays within the range, whatever is added")
    func arithmetic() {
        let moment = Timestamp(millisecondsSinceEpoch: 1_705_314_612_345)
        #expect(moment.startOfMinute.description == "2024-01-15T10:30:00Z")
        #expect(moment.advanced(byMilliseconds: .max) == .latest)
        #expect(moment.advanced(byMilliseconds: .min) == .epoch)
        #expect(Timestamp(millisecondsSinceEpoch: .min).description == "1970-01-01T00:00:00Z")
        #expect(Timestamp(millisecondsSinceEpoch: .max).description == "9999-12-31T23:59:59.999Z")
        #expect(Timestamp(millisecondsSinceEpoch: .min).startOfMinute == .epoch)
    }
}
