/// A country, its usual currency, its share of orders and what its prices are multiplied by.
struct Market: Sendable {
    var country: CountryCode
    var currency: Currency
    /// The minor units of a price of one unit of a large currency (100 for USD; 14,000 yen for 100 dollars).
    var minorUnits: Double
}

/// Draws markets by their share.
struct MarketTable: Sendable {
    /// 1,024 places: a market has as many as its share.
    private let places: [Market]

    init() {
        var places: [Market] = []
        places.reserveCapacity(1_024)
        for (country, currency, share, price) in MarketTable.shares {
            // The literals below are real codes; a test goes through all of them.
            guard let country = CountryCode(code: country), let currency = Currency(code: currency) else { continue }
            let market = Market(
                country: country, currency: currency, minorUnits: price * Double(currency.minorUnitsPerUnit))
            places.append(contentsOf: repeatElement(market, count: share))
        }
        self.places = places
    }

    @inline(__always)
    func market(_ draw: UInt64) -> Market { places[Int(truncatingIfNeeded: draw & 1_023)] }

    /// Country, currency, share in 1/1,024, price of what costs one US dollar.
    static let shares: [(String, String, Int, Double)] = [
        ("US", "USD", 420, 1), ("CA", "CAD", 96, 1.3), ("GB", "GBP", 104, 0.8), ("DE", "EUR", 90, 0.9),
        ("FR", "EUR", 62, 0.9), ("IT", "EUR", 34, 0.9), ("ES", "EUR", 32, 0.9), ("NL", "EUR", 28, 0.9),
        ("AT", "EUR", 14, 0.9), ("BE", "EUR", 14, 0.9), ("IE", "EUR", 12, 0.9), ("PT", "EUR", 10, 0.9),
        ("FI", "EUR", 8, 0.9), ("AU", "AUD", 38, 1.5), ("NZ", "NZD", 10, 1.6), ("CH", "CHF", 16, 0.9),
        ("SG", "SGD", 10, 1.3), ("PL", "PLN", 6, 2), ("BR", "BRL", 6, 2), ("SE", "SEK", 3, 6),
        ("NO", "NOK", 2, 6), ("DK", "DKK", 2, 5), ("JP", "JPY", 4, 110), ("IN", "INR", 1, 30),
        ("KW", "KWD", 2, 0.3),
    ]
}

/// Draws amounts: 2 to the power of a number that is spread like a normal distribution.
struct AmountTable: Sendable {
    /// 2^(i/256) for i in 0..<256.
    private let fractions: [Double]

    init() {
        var fractions: [Double] = []
        var value = 1.0
        for _ in 0..<256 {
            fractions.append(value)
            value *= 1.002_711_275_050_202_5  // 2^(1/256)
        }
        self.fractions = fractions
    }

    /// The price of an order in a market, at least 1 minor unit.
    @inline(__always)
    func minorUnits(_ draw: UInt64, market: Market) -> Int64 {
        // Four uniform numbers of 16 bits: their sum is close to normal, mean 131,070, deviation 37,837.
        let sum = (draw & 0xFFFF) + (draw >> 16 & 0xFFFF) + (draw >> 32 & 0xFFFF) + draw >> 48
        let deviations = (Double(sum) - 131_070) / 37_837
        // The median is 2^5.58 = 48 units, one deviation a factor of 2^1.45 = 2.7.
        let power = min(max(5.58 + 1.45 * deviations, 0), 15)
        let scaled = Int(power * 256)
        let price = Double(1 << (scaled >> 8)) * fractions[scaled & 255]
        return max(1, Int64(price * market.minorUnits))
    }
}
