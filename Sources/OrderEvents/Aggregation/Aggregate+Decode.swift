extension Aggregate: EventValue {
    /// Reads a window or the totals of a partition; `type` says which.
    public init(json: UnsafeRawBufferPointer) throws(EventError) {
        self = try EventDecoding.decode(json, limit: EventLimits.maximumAggregateBytes) {
            (scanner, issues) throws(EventError) -> Aggregate? in
            try AggregateFields.aggregate(&scanner, &issues)
        }
    }
}

/// The fields of an aggregate while it is being read.
private struct AggregateFields {
    var type: AggregateType?
    var windowStart: Timestamp?
    var partition: Int64 = 0
    var cells: [AggregateCell] = []
    var late: Int64 = 0
    var revision: Int64 = 0
    var updatedAt = Timestamp.epoch

    static let all: FieldSet = [.type, .windowStart, .partition, .cells, .late, .revision, .updatedAt]
    static let required: FieldSet = [.type, .partition, .cells, .late, .revision, .updatedAt]

    static func aggregate(_ scanner: inout JSONScanner, _ issues: inout FieldIssues) throws(EventError) -> Aggregate? {
        var fields = AggregateFields()
        let seen = try scanner.object(all, &issues) { (scanner, field, issues) throws(EventError) in
            switch field {
            case .type: fields.type = try scanner.choice(field, .unknownType, &issues)
            case .windowStart: fields.windowStart = try scanner.timestamp(field, &issues)
            case .partition:
                fields.partition = try scanner.integer(field, in: -1...Int64(Int32.max), &issues) ?? 0
            case .cells: try fields.readCells(&scanner, &issues)
            case .late: fields.late = try scanner.integer(field, in: EventLimits.counts, &issues) ?? 0
            case .revision: fields.revision = try scanner.integer(field, in: EventLimits.revisions, &issues) ?? 0
            default: fields.updatedAt = try scanner.timestamp(field, &issues) ?? .epoch
            }
        }
        if !seen.isSuperset(of: required) { try issues.addMissing(seen, of: required) }
        guard let window = try fields.window(&issues), issues.found.isEmpty else { return nil }
        return Aggregate(
            window: window, partition: Int32(fields.partition), cells: fields.cells, late: fields.late,
            revision: fields.revision, updatedAt: fields.updatedAt)
    }

    private func window(_ issues: inout FieldIssues) throws(EventError) -> AggregateWindow? {
        guard let type else { return nil }
        guard type == .window else { return .allTime }
        guard let windowStart else {
            try issues.add(.missingField, .windowStart, "is missing")
            return nil
        }
        guard windowStart.startOfMinute == windowStart else {
            try issues.add(.outOfRange, .windowStart, "\(windowStart) is not the start of a minute")
            return nil
        }
        return .minute(start: windowStart)
    }

    private mutating func readCells(_ scanner: inout JSONScanner, _ issues: inout FieldIssues) throws(EventError) {
        guard try scanner.peekValue() == 0x5B else {
            return try scanner.wrongType(.cells, &issues, expected: "an array")
        }
        issues.scope = "cells"
        defer { issues.scope = nil }
        var read: [AggregateCell] = []
        try scanner.array { (scanner) throws(EventError) in
            guard read.count < Aggregate.maximumCells else {
                throw EventError(.tooLarge, field: "cells", detail: "more than \(Aggregate.maximumCells) cells")
            }
            if let cell = try AggregateCellFields.cell(&scanner, &issues) { read.append(cell) }
        }
        let distinct = Set(read.map(\.sortKey))
        if distinct.count != read.count {
            try issues.add(.duplicateField, .country, "a pair of country and currency occurs more than once")
        }
        cells = read
    }
}

/// The two kinds of aggregates on the wire.
private enum AggregateType: CaseIterable, WireName {
    case window
    case totals

    var wireName: StaticString {
        switch self {
        case .window: "window"
        case .totals: "totals"
        }
    }
}

/// The fields of a cell while it is being read: amounts wait for the currency.
private struct AggregateCellFields {
    var country: CountryCode?
    var currency: Currency?
    var counts = Tally()
    var amounts: (sales: WrittenAmount?, paid: WrittenAmount?, declined: WrittenAmount?, flagged: WrittenAmount?)

    static let all: FieldSet = [
        .country, .currency, .orders, .sales, .cancelledCount, .paid, .paidAmount, .declined, .declinedAmount,
        .flagged, .flaggedAmount,
    ]
    static let required: FieldSet = [.country, .currency]

    static func cell(_ scanner: inout JSONScanner, _ issues: inout FieldIssues) throws(EventError) -> AggregateCell? {
        var fields = AggregateCellFields()
        let seen = try scanner.object(all, &issues) { (scanner, field, issues) throws(EventError) in
            try fields.read(field, &scanner, &issues)
        }
        if !seen.isSuperset(of: required) { try issues.addMissing(seen, of: required) }
        guard let country = fields.country, let currency = fields.currency else { return nil }
        var tally = fields.counts
        tally.sales = try minorUnits(fields.amounts.sales, currency, .sales, scanner, &issues)
        tally.paidAmount = try minorUnits(fields.amounts.paid, currency, .paidAmount, scanner, &issues)
        tally.declinedAmount = try minorUnits(fields.amounts.declined, currency, .declinedAmount, scanner, &issues)
        tally.flaggedAmount = try minorUnits(fields.amounts.flagged, currency, .flaggedAmount, scanner, &issues)
        return AggregateCell(country: country, currency: currency, tally: tally)
    }

    private mutating func read(
        _ field: Field, _ scanner: inout JSONScanner, _ issues: inout FieldIssues
    ) throws(EventError) {
        switch field {
        case .country: country = try scanner.country(&issues)
        case .currency: currency = try scanner.currency(&issues)
        case .sales: amounts.sales = try scanner.writtenAmount(field, &issues)
        case .paidAmount: amounts.paid = try scanner.writtenAmount(field, &issues)
        case .declinedAmount: amounts.declined = try scanner.writtenAmount(field, &issues)
        case .flaggedAmount: amounts.flagged = try scanner.writtenAmount(field, &issues)
        default:
            let count = try scanner.integer(field, in: EventLimits.counts, &issues) ?? 0
            switch field {
            case .orders: counts.orders = count
            case .cancelledCount: counts.cancelled = count
            case .paid: counts.paid = count
            case .declined: counts.declined = count
            default: counts.flagged = count
            }
        }
    }

    /// A sum, which unlike an amount may be negative, and as large as all orders together.
    private static func minorUnits(
        _ written: WrittenAmount?, _ currency: Currency, _ field: Field, _ scanner: borrowing JSONScanner,
        _ issues: inout FieldIssues
    ) throws(EventError) -> MinorUnits {
        guard let (decimal, place) = written else { return 0 }
        if let sum = MinorUnits(decimal, decimals: currency.minorDigits) { return sum }
        let text = UnsafeBufferPointer(start: scanner.base + place.lowerBound, count: place.count)
        if decimal.isTruncated, let sum = MinorUnits(text: text, decimals: currency.minorDigits) { return sum }
        try issues.add(
            .outOfRange, field,
            "\(scanner.excerpt(from: place.lowerBound, to: place.upperBound)) is no sum of amounts in \(currency)")
        return 0
    }
}

/// An amount and where it stands: it is read once its currency is known, from its text if it has more digits than a
/// decimal holds.
private typealias WrittenAmount = (decimal: JSONDecimal, place: Range<Int>)

extension JSONScanner {
    fileprivate mutating func writtenAmount(_ field: Field, _ issues: inout FieldIssues) throws(EventError)
        -> WrittenAmount?
    {
        skipWhitespace()
        let start = offset
        guard let decimal = try amount(field, &issues) else { return nil }
        return (decimal, start..<offset)
    }
}
