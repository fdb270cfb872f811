import OrderEvents

/// Reads orders from the text of a file: CSV, JSON lines, or a JSON array, recognized by how it begins.
///
/// A value: bytes go in, orders and rejected records come out, nothing else is touched. What it holds is bounded by the
/// longest record. A file that breaks off, a record that is none and text of another kind end in an item or an error
/// that names the line.
public struct OrderFileReader: Sendable {
    /// How a file is laid out.
    public enum Format: String, Codable, CaseIterable, Sendable {
        case csv
        /// JSON lines: an order a line.
        case jsonl
        /// One JSON array of orders, or orders after one another that go over several lines.
        case json
    }

    enum Mode: Sendable {
        /// The first bytes, until they tell the format.
        case head([UInt8])
        case csv(CSVSplitter, CSVLayout)
        case lines(LineSplitter)
        case values(ValueSplitter)
    }

    let expected: Format?
    /// The clock by which an order's time is checked.
    public let now: Timestamp
    /// The time of orders that say none.
    public let createdAt: Timestamp
    var mode: Mode
    /// How much of the text was taken: up to the end of the last record that was handed on.
    public internal(set) var position: Int64 = 0
    /// How much of the text was pushed.
    var pushed: Int64 = 0
    /// Fields that no order has, in the order in which they were met; at most 20.
    public internal(set) var ignoredFields: [String] = []
    /// How many orders had no created_at and were given ``createdAt``.
    public internal(set) var ordersWithoutTime = 0
    var csvOrder = CSVOrder()

    /// - Parameters:
    ///   - format: what the file must be; nil to tell by how it begins.
    ///   - createdAt: the time of orders that say none.
    ///   - now: the clock; an order's time must lie near it, see ``OrderTime``.
    public init(format: Format? = nil, createdAt: Timestamp, now: Timestamp) {
        self.now = now
        expected = format
        self.createdAt = createdAt
        mode = .head([])
    }

    /// Takes the next bytes, and hands on what records they end.
    ///
    /// - Throws: ``OrderFileError`` where the file cannot be read any further; what `body` throws, after which it must
    ///   not be used again.
    public mutating func push(_ bytes: UnsafeRawBufferPointer, _ body: (OrderFileItem) throws -> Void) throws {
        let start = pushed
        pushed += Int64(bytes.count)
        guard case .head(var head) = mode else { return try split(bytes, from: start, body) }
        head.append(contentsOf: bytes)
        mode = .head(head)
        try begin(head, isWhole: false, body)
    }

    /// Ends the file: what it holds of a last record without a line end is a record like the others.
    public mutating func finish(_ body: (OrderFileItem) throws -> Void) throws {
        if case .head(let head) = mode { try begin(head, isWhole: true, body) }
        switch mode {
        case .head: return
        case .csv(var splitter, var layout):
            let openQuote = try splitter.finish { row, _ in try hand(row, &layout, body) }
            if let openQuote {
                try body(
                    .rejected(
                        RejectedRecord(
                            line: openQuote,
                            "a quote that begins here is not closed before the end of the file; nothing after it was read"
                        )))
            }
        case .lines(var splitter):
            try splitter.finish { line, number, _ in try hand(line: line, number, body) }
        case .values(var splitter):
            let cut = try splitter.finish { value, number, _ in try hand(value: value, number, body) }
            if let cut { try body(.rejected(RejectedRecord(line: cut.line, cut.reason))) }
        }
        position = pushed
    }
}
