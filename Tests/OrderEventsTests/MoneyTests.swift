import OrderEvents
import Testing

@Suite("Money")
struct MoneyTests {
    @Test(
        "a decimal becomes minor units exactly",
        arguments: [
            ("249.99", "USD", 24999), ("0.1", "USD", 10), ("0", "USD", 0), ("-0", "USD", 0), ("-0.00", "USD", 0),
            ("2.5e2", "USD", 25000), ("25E+1", "USD", 25000), ("24999e-2", "USD", 24999), ("500", "JPY", 500),
            ("5e2", "JPY", 500), ("1.250", "KWD", 1250), ("1.2345", "CLF", 12345), ("249.990", "USD", 24999),
            ("249.9900000000000000000000000000000000", "USD", 24999), ("0.0000000000000000000000001e25", "USD", 100),
            ("9999999999999.99", "USD", 999_999_999_999_999), ("0e999999999999999999999", "USD", 0),
            ("100000000000000000000000e-20", "USD", 100_000),
        ])
    func exact(_ text: String, _ code: String, _ minorUnits: Int64) throws {
        let currency = try #require(Currency(code: code))
        #expect(try Money(text, currency: currency).minorUnits == minorUnits)
    }

    @Test(
        "a decimal that is no amount of the currency is refused with the reason",
        arguments: [
            ("249.999", "USD", EventError.Code.tooManyDecimals), ("0.5", "JPY", .tooManyDecimals),
            ("1.0001", "KWD", .tooManyDecimals), ("1e-3", "USD", .tooManyDecimals),
            ("1e-99999999999", "USD", .tooManyDecimals),
            ("0.10000000000000000000000000000001", "USD", .tooManyDecimals),
            ("-5", "USD", .outOfRange), ("-0.001", "USD", .outOfRange), ("10000000000000", "USD", .outOfRange),
            ("1e400", "USD", .outOfRange), ("1e99999999999999999999", "USD", .outOfRange),
            ("99999999999999999999999999999999", "USD", .outOfRange), ("18446744073709551615", "JPY", .outOfRange),
            ("18446744073709551616", "JPY", .outOfRange), ("9223372036854775808", "JPY", .outOfRange),
            ("-99999999999999999999999", "USD", .outOfRange),
            ("", "USD", .wrongType), ("abc", "USD", .wrongType), ("+5", "USD", .wrongType), ("5.", "USD", .wrongType),
            (".5", "USD", .wrongType), ("05", "USD", .wrongType), ("1e", "USD", .wrongType), ("1 ", "USD", .wrongType),
            ("0x10", "USD", .wrongType), ("1e+", "USD", .wrongType), ("--1", "USD", .wrongType),
            ("1_0", "USD", .wrongType),
            ("Infinity", "USD", .wrongType), ("NaN", "USD", .wrongType), ("1,5", "USD", .wrongType),
        ])
    func refused(_ text: String, _ code: String, _ expected: EventError.Code) throws {
        let currency = try #require(Currency(code: code))
        let error = #expect(throws: EventError.self) { try Money(text, currency: currency) }
        #expect(error?.code == expected)
        #expect(error?.isRetriable == false)
    }

    @Test("an amount prints with exactly its currency's decimals")
    func prints() throws {
        func text(_ minorUnits: Int64, _ code: String) throws -> String {
            Money(minorUnits: minorUnits, currency: try #require(Currency(code: code))).description
        }
        #expect(try text(24999, "USD") == "249.99")
        #expect(try text(5, "USD") == "0.05")
        #expect(try text(-5, "USD") == "-0.05")
        #expect(try text(500, "JPY") == "500")
        #expect(try text(1, "KWD") == "0.001")
        #expect(try text(12345, "CLF") == "1.2345")
        #expect(try text(.max, "USD") == "92233720368547758.07")
        #expect(try text(.min, "USD") == "-92233720368547758.08")
        #expect(try text(.min, "JPY") == "-9223372036854775808")
    }

    @Test("a tenth and two tenths are three tenths")
    func sum() throws {
        let tenth = try Money("0.1", currency: .usd)
        let fifth = try Money("0.2", currency: .usd)
        #expect(
            Money(minorUnits: tenth.minorUnits + fifth.minorUnits, currency: .usd) == (try Money("0.3", currency: .usd))
        )
    }

    @Test("an error reads as a sentence that names the field, the value and the rule")
    func message() {
        #expect(
            failure(Order.self, Sample.orderJSON.replacing("249.99", with: "-5"))?.description
                == "amount: -5 is negative; an amount is 0 or more")
        #expect(
            failure(Order.self, Sample.orderJSON.replacing("249.99", with: "1.005"))?.description
                == "amount: 1.005 has too many decimals; USD has at most 2 decimals")
    }
}
