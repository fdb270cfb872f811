/// Cuts bytes into JSON values by their brackets: the elements of one array, or objects after one another that go over
/// several lines.
///
/// It holds one value, at most ``OrderFileLimits/maximumRecordBytes`` of it; a longer one is handed on as nil. What a
/// value holds is not checked: whoever decodes it does.
struct ValueSplitter: Sendable {
    enum Kind: String, Codable, Sendable { case array, sequence }

    private enum State: Sendable {
        /// Before the array's bracket.
        case start
        /// A value may come, or the end.
        case open
        /// After a comma: a value must come.
        case needsValue
        case value
        /// After a value: a comma or the end.
        case afterValue
        /// After the array.
        case done
    }

    /// What goes on with the value that is being read.
    private struct Value: Sendable {
        var line: Int
        var depth = 0
        var isString = false
        var isEscaped = false
        var isTooLong = false
        var bytes: [UInt8] = []
    }

    let kind: Kind
    private var line: Int
    /// The line where the last value that was handed on ended: there reading can go on later.
    private(set) var recordLine: Int
    private var state: State
    private var value = Value(line: 0)

    /// - Parameter isResumed: whether values were read before, up to the comma after one.
    init(_ kind: Kind, line: Int = 1, isResumed: Bool = false) {
        self.kind = kind
        self.line = line
        recordLine = line
        state = kind == .sequence ? .open : isResumed ? .afterValue : .start
    }

    /// Takes bytes and hands on each value that they end, with its line and how many of them were taken by then.
    /// - Throws: ``OrderFileError/Code/structureLost`` where no value or comma stands; what `body` throws.
    mutating func push(
        _ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer?, _ line: Int, _ taken: Int) throws -> Void
    ) throws {
        for (place, byte) in bytes.enumerated() {
            if state == .value {
                switch step(byte) {
                case .inside: continue
                case .last:
                    try hand(taken: place + 1, body)
                    continue
                case .beyond: try hand(taken: place, body)
                }
            }
            try between(byte)
        }
    }

    /// Takes a byte that stands between values.
    private mutating func between(_ byte: UInt8) throws(OrderFileError) {
        if byte == 0x20 || byte == 0x09 || byte == 0x0D { return }
        if byte == 0x0A {
            line += 1
            return
        }
        switch (state, byte) {
        case (.start, 0x5B): state = .open
        case (.open, 0x5D) where kind == .array, (.afterValue, 0x5D): state = .done
        case (.afterValue, 0x2C): state = .needsValue
        case (.start, _): throw lost("an array begins with [")
        case (.done, _): throw lost("something follows after the end of the array")
        case (.afterValue, _): throw lost("expected ',' or ']' after a value of the array")
        case (_, 0x2C), (_, 0x5D), (_, 0x7D), (_, 0x3A): throw lost("expected a value")
        case (.open, _), (.needsValue, _), (.value, _):
            value = Value(line: line)
            state = .value
            // A scalar of one byte ends with the next one.
            _ = step(byte)
        }
    }

    private func lost(_ what: String) -> OrderFileError {
        OrderFileError(.structureLost, line: line, "\(what); nothing from here on is read")
    }

    /// - Returns: why the text cannot end here, with the line that is at fault; nil if it can.
    mutating func finish(_ body: (UnsafeRawBufferPointer?, _ line: Int, _ taken: Int) throws -> Void) throws -> (
        line: Int, reason: String
    )? {
        switch state {
        case .value where kind == .sequence && value.depth == 0 && !value.isString:
            try hand(taken: 0, body)
            return nil
        case .value: return (value.line, "is cut off: the file ends within it")
        case .open where kind == .sequence, .done, .start: return nil
        default: return (line, "the file ends before its array is closed: it is cut off")
        }
    }

    // MARK: inside a value

    private enum Step { case inside, last, beyond }

    /// Takes a byte of a value, unless it is beyond its end.
    private mutating func step(_ byte: UInt8) -> Step {
        if value.isString { return stepInString(byte) }
        switch byte {
        case 0x22: value.isString = true
        case 0x7B, 0x5B: value.depth += 1
        case 0x7D, 0x5D:
            guard value.depth > 0 else { return .beyond }
            value.depth -= 1
            keep(byte)
            return value.depth > 0 ? .inside : .last
        case 0x2C, 0x20, 0x09, 0x0A, 0x0D:
            guard value.depth > 0 else { return .beyond }
            if byte == 0x0A { line += 1 }
        default: break
        }
        keep(byte)
        return .inside
    }

    private mutating func stepInString(_ byte: UInt8) -> Step {
        keep(byte)
        if byte == 0x0A { line += 1 }
        if value.isEscaped {
            value.isEscaped = false
        } else if byte == 0x5C {
            value.isEscaped = true
        } else if byte == 0x22 {
            value.isString = false
            return value.depth > 0 ? .inside : .last
        }
        return .inside
    }

    private mutating func keep(_ byte: UInt8) {
        guard value.bytes.count < OrderFileLimits.maximumRecordBytes else { return value.isTooLong = true }
        value.bytes.append(byte)
    }

    private mutating func hand(taken: Int, _ body: (UnsafeRawBufferPointer?, _ line: Int, _ taken: Int) throws -> Void)
        throws
    {
        state = kind == .sequence ? .open : .afterValue
        recordLine = line
        if value.isTooLong { return try body(nil, value.line, taken) }
        try value.bytes.withUnsafeBytes { try body($0, value.line, taken) }
    }
}
