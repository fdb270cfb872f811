extension OrderFileReader {
    /// Tells the format by the first character that is no white space, and reads what there is.
    mutating func begin(_ head: [UInt8], isWhole: Bool, _ body: (OrderFileItem) throws -> Void) throws {
        guard let first = head.first(where: { !Self.isSpace($0) }) else {
            if head.count > OrderFileLimits.maximumRecordBytes { throw tooMuch }
            return
        }
        var taken = 0
        switch try format(first) {
        case .csv:
            let line = Self.linesBefore(head)
            guard let header = try CSVLayout.read(Array(head[line.start...]), line: 1 + line.count, isWhole: isWhole)
            else {
                if head.count > OrderFileLimits.maximumRecordBytes { throw tooMuch }
                return
            }
            ignoredFields = Array(header.layout.ignored.prefix(20))
            taken = line.start + header.taken
            mode = .csv(header.splitter, header.layout)
        case .jsonl:
            guard let isSequence = Self.isSequence(head, isWhole: isWhole) else { return }
            mode = isSequence ? .values(ValueSplitter(.sequence)) : .lines(LineSplitter())
        case .json:
            mode = .values(ValueSplitter(first == 0x5B ? .array : .sequence))
        }
        let start = pushed - Int64(head.count) + Int64(taken)
        position = start
        try head[taken...].withUnsafeBytes { try split($0, from: start, body) }
    }

    private func format(_ first: UInt8) throws(OrderFileError) -> Format {
        let found: Format = first == 0x7B ? .jsonl : first == 0x5B ? .json : .csv
        guard let expected, expected != found, !(expected == .json && found == .jsonl) else { return expected ?? found }
        let looks = found == .csv ? "CSV" : found == .json ? "a JSON array" : "JSON lines"
        throw OrderFileError(
            .notAnOrderFile,
            "the file looks like \(looks), not like --format \(expected.rawValue); leave --format out to read it as what it is"
        )
    }

    private var tooMuch: OrderFileError {
        OrderFileError(
            .notAnOrderFile, line: 1,
            "no record begins within the first \(OrderFileLimits.maximumRecordBytes) bytes: is this a file of orders?")
    }

    /// Whether the first line that holds anything is only `{`, as programs write that lay out JSON for people; nil if
    /// its end is not there.
    private static func isSequence(_ head: [UInt8], isWhole: Bool) -> Bool? {
        let text = head.drop(while: isSpace)
        guard let end = text.firstIndex(of: 0x0A) else {
            return isWhole || text.dropFirst().contains { !isSpace($0) } ? false : nil
        }
        return text[..<end].dropFirst().allSatisfy(isSpace)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

    /// The empty lines before a CSV file's header: how many, and where it begins.
    private static func linesBefore(_ head: [UInt8]) -> (count: Int, start: Int) {
        var count = 0
        var start = 0
        for (place, byte) in head.enumerated() {
            guard isSpace(byte) else { break }
            if byte == 0x0A || byte == 0x0D {
                if byte == 0x0D || place == 0 || head[place - 1] != 0x0D { count += 1 }
                start = place + 1
            }
        }
        return (count, start)
    }
}
