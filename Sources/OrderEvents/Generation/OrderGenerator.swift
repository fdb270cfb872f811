/// Makes orders as a shop sees them: a pure function of a seed and a number.
///
/// Countries come with their usual currency, in a shop's proportions. Amounts are spread like a log-normal
/// distribution around 48 units of a large currency. About one event in sixteen confirms or cancels an
/// earlier order. 2 to 4 % of the orders break ``FraudRule/builtIn``.
public struct OrderGenerator: Sendable {
    /// The same seed makes the same orders.
    public let seed: UInt64
    /// The order with index 0; the following ones count up from it.
    public let firstID: OrderID
    let markets: MarketTable
    let amounts: AmountTable

    /// - Parameters:
    ///   - seed: the same seed makes the same orders.
    ///   - firstID: the lowest order_id.
    public init(seed: UInt64, firstID: OrderID = OrderID(trusted: 1)) {
        self.seed = seed
        self.firstID = firstID
        markets = MarketTable()
        amounts = AmountTable()
    }

    /// The new order with this index (0...), its status CREATED.
    public func order(at index: Int64, createdAt: Timestamp) -> Order {
        var random = SplitMix64(seed: seed, stream: UInt64(bitPattern: index))
        let draw = random.next()
        let market = markets.market(draw)
        return Order(
            id: OrderID(trusted: min(firstID.rawValue + index, OrderID.maximum)),
            customerID: customer(random.next()),
            amount: Money(minorUnits: amounts.minorUnits(random.next(), market: market), currency: market.currency),
            country: market.country, status: .created, createdAt: createdAt)
    }

    /// What event number `sequence` (0...) is: a new order, or the change of an earlier one.
    ///
    /// Each sixteen events hold fifteen new orders and, at a place drawn for them, one change of an order made at
    /// most ``longestFollowUp`` orders before.
    public func step(_ sequence: Int64) -> Step {
        let (block, place) = sequence.quotientAndRemainder(dividingBy: Self.blockLength)
        var random = SplitMix64(seed: seed ^ 0x5EED_0F_F0_110A, stream: UInt64(bitPattern: block))
        let draw = random.next()
        let newOrders = Self.blockLength - 1
        // In the first block the change comes last, when there are orders to change.
        let change = block == 0 ? newOrders : Int64(draw & 15)
        if place != change { return .created(index: block * newOrders + (place < change ? place : place - 1)) }
        let earlier = block == 0 ? 0 : max(0, block - 1 - Int64(draw >> 4 & 3))
        let index = earlier * newOrders + Int64(((draw >> 8 & 0xFFFF) * UInt64(newOrders)) >> 16)
        return .changed(index: index, to: draw >> 32 & 7 < 5 ? .confirmed : .cancelled)
    }

    /// Event number `sequence` with the generator's own clock: order `i` was placed at `start` plus `i` times
    /// `millisecondsBetween`.
    public func event(at sequence: Int64, start: Timestamp, millisecondsBetween: Int64 = 1) -> Order {
        func made(_ index: Int64) -> Order {
            order(at: index, createdAt: start.advanced(byMilliseconds: index &* millisecondsBetween))
        }
        switch step(sequence) {
        case .created(let index): return made(index)
        case .changed(let index, let status):
            var order = made(index)
            order.status = status
            return order
        }
    }

    /// What one event does.
    public enum Step: Hashable, Sendable {
        case created(index: Int64)
        case changed(index: Int64, to: OrderStatus)
    }

    static let blockLength: Int64 = 16
    /// A change is of an order at most so many orders back.
    public static let longestFollowUp: Int64 = 75

    /// Customers come back: a quarter of the orders are by a tenth of the customers.
    private func customer(_ draw: UInt64) -> Int64 {
        let regular = draw & 3 == 0
        let range: UInt64 = regular ? 20_000 : 200_000
        return 1_000 + Int64(((draw >> 2 & 0xFFFF_FFFF) * range) >> 32)
    }
}

/// Sebastiano Vigna's splitmix64 (public domain), one generator for each stream number.
struct SplitMix64 {
    private var state: UInt64

    @inline(__always)
    init(seed: UInt64, stream: UInt64) {
        state = SplitMix64.mixed(seed) ^ SplitMix64.mixed(stream &+ 0x9E37_79B9_7F4A_7C15)
    }

    @inline(__always)
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return SplitMix64.mixed(state)
    }

    @inline(__always)
    private static func mixed(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}
