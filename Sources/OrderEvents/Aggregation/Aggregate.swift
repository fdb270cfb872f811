/// The tally of one country in one currency.
public struct AggregateCell: Hashable, Sendable {
    /// The country of the orders.
    public var country: CountryCode
    /// The currency of the orders, and of all amounts in the tally.
    public var currency: Currency
    /// Counts and sums of these orders.
    public var tally: Tally

    /// The tally of one country in one currency.
    public init(country: CountryCode, currency: Currency, tally: Tally) {
        self.country = country
        self.currency = currency
        self.tally = tally
    }

    /// By country, then currency, both alphabetical.
    var sortKey: UInt64 { AggregateCell.sortKey(country, currency) }

    @inline(__always)
    static func sortKey(_ country: CountryCode, _ currency: Currency) -> UInt64 {
        UInt64(country.packed) << 24 | UInt64(currency.packed & 0xFF_FFFF)
    }
}

/// The span of event time (an order's created_at) that an aggregate is about.
public enum AggregateWindow: Hashable, Sendable {
    case allTime
    /// One minute; `start` is its first millisecond.
    case minute(start: Timestamp)

    /// A window's length.
    public static let minuteMilliseconds: Int64 = 60_000

    /// The minute that an order belongs to.
    public static func minute(of order: Order) -> AggregateWindow {
        .minute(start: order.createdAt.startOfMinute)
    }

    /// Whether an order created at `moment` belongs here.
    @inlinable
    public func contains(_ moment: Timestamp) -> Bool {
        switch self {
        case .allTime: true
        case .minute(let start): moment.startOfMinute == start
        }
    }
}

/// The running sums of one window over one partition: what `order-analytics` carries beside the documents.
public struct Aggregate: Hashable, Sendable {
    /// The minute that is added up, or all time.
    public var window: AggregateWindow
    /// The input partition whose orders are counted here; ``allPartitions`` in a sum over them.
    public var partition: Int32
    /// Sorted by country and currency, each pair once, none of them all zero; at most ``maximumCells``.
    public internal(set) var cells: [AggregateCell]
    /// Events that came after their window's grace had passed; they are counted in the cells too.
    public var late: Int64
    /// As of a document.
    public var revision: Int64
    /// When it changed last, by the clock of the service that changed it.
    public var updatedAt: Timestamp

    /// The partition of a sum over partitions, which is never published.
    public static let allPartitions: Int32 = -1
    /// A record with that many cells still fits the megabyte that brokers take by default.
    public static let maximumCells = 2_048

    /// - Parameters:
    ///   - window: the minute that is added up, or all time.
    ///   - partition: the home whose orders these are.
    ///   - cells: in any order; of two with the same country and currency the first is kept.
    ///   - late: how many of the orders came after the window's grace.
    ///   - revision: goes up with every change.
    ///   - updatedAt: when it changed last.
    public init(
        window: AggregateWindow, partition: Int32, cells: [AggregateCell] = [], late: Int64 = 0,
        revision: Int64 = 0, updatedAt: Timestamp = .epoch
    ) {
        self.window = window
        self.partition = partition
        self.cells = Aggregate.normalized(cells)
        self.late = late
        self.revision = revision
        self.updatedAt = updatedAt
    }

    private static func normalized(_ cells: [AggregateCell]) -> [AggregateCell] {
        var isNormal = true
        for place in cells.indices.dropFirst() where cells[place - 1].sortKey >= cells[place].sortKey {
            isNormal = false
        }
        if isNormal, !cells.contains(where: { $0.tally == .zero }) { return cells }
        var seen: Set<UInt64> = []
        return cells.filter { seen.insert($0.sortKey).inserted && $0.tally != .zero }
            .sorted { $0.sortKey < $1.sortKey }
    }
}
