import Testing

@testable import OrderEvents

@Suite("Currencies and countries")
struct CodeTableTests {
    @Test("every listed currency is found, prints its code and survives being stored")
    func currencies() throws {
        #expect(CurrencyTable.codes.count == 165)
        #expect(CurrencyTable.codes == CurrencyTable.codes.sorted())
        #expect(Set(CurrencyTable.codes).count == CurrencyTable.codes.count)
        for code in CurrencyTable.codes {
            let currency = try #require(Currency(code: code))
            #expect(currency.code == code)
            #expect(Currency(packed: currency.packed) == currency)
            #expect([0, 2, 3, 4].contains(currency.minorDigits))
        }
    }

    @Test("the minor units are those of ISO 4217")
    func minorDigits() {
        let expected = [
            ("USD", 2), ("EUR", 2), ("JPY", 0), ("KRW", 0), ("KWD", 3), ("BHD", 3), ("TND", 3), ("CLP", 0),
            ("CLF", 4), ("UYW", 4), ("ISK", 0), ("VND", 0), ("XAF", 0), ("HUF", 2), ("IDR", 2), ("MGA", 2),
        ]
        for (code, digits) in expected { #expect(Currency(code: code)?.minorDigits == digits, "\(code)") }
        #expect(Currency.usd.minorUnitsPerUnit == 100)
        #expect(Currency.jpy.minorUnitsPerUnit == 1)
        #expect(Currency.kwd.minorUnitsPerUnit == 1_000)
    }

    @Test("the named constants are the currencies and countries they are named after")
    func constants() {
        #expect(Currency(code: "USD") == .usd && Currency(code: "EUR") == .eur && Currency(code: "GBP") == .gbp)
        #expect(Currency(code: "CAD") == .cad && Currency(code: "JPY") == .jpy && Currency(code: "KWD") == .kwd)
        #expect(CountryCode(code: "US") == .unitedStates && CountryCode(code: "CA") == .canada)
        #expect(CountryCode(code: "DE") == .germany)
    }

    @Test(
        "what is no currency is none",
        arguments: ["", "US", "USDX", "usd", "XXX", "XTS", "XAU", "ABC", "U D", "ÄÖÜ", "US\u{0}", "HRK", "🙂"])
    func noCurrency(_ code: String) {
        #expect(Currency(code: code) == nil)
    }

    @Test("a stored number that is no currency is none")
    func noStoredCurrency() {
        #expect(Currency(packed: 0) == nil)
        #expect(Currency(packed: Currency.usd.packed | 0xFF00_0000) == nil)
        #expect(Currency(packed: .max) == nil)
        #expect(CountryCode(packed: 0) == nil)
        #expect(CountryCode(packed: .max) == nil)
    }

    @Test("the 249 countries of ISO 3166-1 are found, and no other")
    func countries() throws {
        #expect(CountryTable.codes.count == 249)
        #expect(CountryTable.codes == CountryTable.codes.sorted())
        var found = 0
        for first in UInt8(ascii: "A")...UInt8(ascii: "Z") {
            for second in UInt8(ascii: "A")...UInt8(ascii: "Z") {
                guard let country = CountryCode(first, second) else { continue }
                found += 1
                #expect(CountryTable.codes.contains(country.code))
                #expect(CountryCode(packed: country.packed) == country)
            }
        }
        #expect(found == 249)
        for code in ["", "U", "USA", "us", "XX", "UK", "ZZ", "EU", "\u{0}\u{0}"] {
            #expect(CountryCode(code: code) == nil, "\(code)")
        }
    }
}
