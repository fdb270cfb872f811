/// Cuts bytes into the rows of a CSV file by RFC 4180: a quoted field may hold separators, doubled quotes and line
/// breaks.
///
/// A state machine over bytes: it holds one row, at most ``OrderFileLimits/maximumRecordBytes`` of it. Rows end with
/// CR, LF or CRLF, the last one also with the file. Two liberties are taken that every spreadsheet takes: a quote
/// within an unquoted field is a character, and empty lines are none.
struct CSVSplitter: Sendable {
    private enum State: Sendable {
        case fieldStart, plain, quoted
        /// After a quote in a quoted field: the field's end, or the first half of a doubled quote.
        case quoteInQuoted
        /// After CR, which has ended a row: a LF belongs to it.
        case carriageReturn
    }

    /// What is wrong with a row whose end is known nevertheless.
    enum SyntaxError: Hashable, Sendable {
        case textAfterQuote(line: Int)
        case nul(line: Int)
        case tooLong
        case tooManyFields
    }

    let delimiter: UInt8
    private var state = State.fieldStart
    private var row: CSVRow
    /// The line that is being read.
    private var line: Int
    private var quoteLine = 0
    /// The line after the last row that was handed on, and whether that row ended with a CR: there reading can go on
    /// later.
    private(set) var recordLine: Int
    private(set) var isAfterCarriageReturnAtRecord: Bool
    private var isCarriageReturnInQuotes = false

    /// - Parameters:
    ///   - line: the number of the line that comes first.
    ///   - isAfterCarriageReturn: whether a CR came just before.
    init(delimiter: UInt8, line: Int = 1, isAfterCarriageReturn: Bool = false) {
        self.delimiter = delimiter
        self.line = line
        recordLine = line
        isAfterCarriageReturnAtRecord = isAfterCarriageReturn
        row = CSVRow(line: line)
        if isAfterCarriageReturn { state = .carriageReturn }
    }

    /// Whether no row is begun.
    var isBetweenRows: Bool { state == .carriageReturn || state == .fieldStart && row.isEmpty }

    /// Takes bytes and hands on each row that they end, with how many of them were taken by then.
    ///
    /// - Throws: ``OrderFileError/Code/structureLost`` where a quoted field does not end within the bound; what `body`
    ///   throws.
    mutating func push(_ bytes: UnsafeRawBufferPointer, _ body: (CSVRow, _ taken: Int) throws -> Void) throws {
        var place = 0
        while place < bytes.count {
            let byte = bytes[place]
            switch state {
            case .carriageReturn:
                state = .fieldStart
                if byte == 0x0A { place += 1 }
                continue
            case .quoted:
                place = try takeQuoted(bytes, place)
                continue
            case .fieldStart where byte == 0x22:
                state = .quoted
                row.isQuoted = true
                quoteLine = line
                isCarriageReturnInQuotes = false
                place += 1
                continue
            case .quoteInQuoted where byte == 0x22:
                row.append(0x22)
                state = .quoted
                place += 1
                continue
            case .fieldStart, .plain, .quoteInQuoted: break
            }
            place += 1
            if byte == delimiter {
                row.endField()
                state = .fieldStart
            } else if byte == 0x0A || byte == 0x0D {
                state = byte == 0x0D ? .carriageReturn : .fieldStart
                line += 1
                try end(place, body)
            } else if state == .quoteInQuoted {
                row.note(.textAfterQuote(line: line))
                state = .plain
            } else {
                state = .plain
                place = takePlain(bytes, place - 1)
            }
        }
    }

    /// Ends the last row.
    /// - Returns: the line where a quote begins that is not closed; nil if all are.
    mutating func finish(_ body: (CSVRow, _ taken: Int) throws -> Void) throws -> Int? {
        if state == .quoted { return quoteLine }
        if !isBetweenRows { try end(0, body) }
        return nil
    }

    private mutating func end(_ taken: Int, _ body: (CSVRow, _ taken: Int) throws -> Void) throws {
        row.endField()
        defer { row.reset(line: line) }
        if row.isBlank { return }
        recordLine = line
        isAfterCarriageReturnAtRecord = state == .carriageReturn
        try body(row, taken)
    }

    /// Takes what stands up to a separator or the line's end.
    private mutating func takePlain(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Int {
        var place = start
        while place < bytes.count, bytes[place] != delimiter, bytes[place] != 0x0A, bytes[place] != 0x0D {
            if bytes[place] == 0 { row.note(.nul(line: line)) }
            place += 1
        }
        row.append(UnsafeRawBufferPointer(rebasing: bytes[start..<place]))
        return place
    }

    /// Takes what stands up to the next quote, and the quote.
    private mutating func takeQuoted(_ bytes: UnsafeRawBufferPointer, _ start: Int) throws -> Int {
        var place = start
        while place < bytes.count, bytes[place] != 0x22 {
            let byte = bytes[place]
            if byte == 0x0D || byte == 0x0A && !isCarriageReturnInQuotes { line += 1 }
            isCarriageReturnInQuotes = byte == 0x0D
            if byte == 0 { row.note(.nul(line: line)) }
            place += 1
        }
        row.append(UnsafeRawBufferPointer(rebasing: bytes[start..<place]))
        guard !row.isTooLong else {
            throw OrderFileError(
                .structureLost, line: quoteLine,
                "the quoted field that begins here has more than \(OrderFileLimits.maximumRecordBytes) bytes: a quote is not closed. "
                    + "Where rows begin after it is not known, so nothing after it is read")
        }
        guard place < bytes.count else { return place }
        isCarriageReturnInQuotes = false
        state = .quoteInQuoted
        return place + 1
    }
}
