/// How a CSV file's rows become orders: what separates the fields, and which column is which.
struct CSVLayout: Codable, Hashable, Sendable {
    /// The columns that an order's fields come from, by their name in the first row.
    enum Column: String, Codable, CaseIterable, Sendable {
        case orderID = "order_id"
        case customerID = "customer_id"
        case amount, currency, country, status
        case createdAt = "created_at"

        /// What every file has.
        static let required: [Column] = [.orderID, .customerID, .amount, .currency, .country]
    }

    /// The character that comes between two amounts' whole and broken part, once one was seen.
    enum DecimalMark: String, Codable, Sendable { case point = ".", comma = "," }

    let delimiter: UInt8
    /// What each field of a row is; nil for a column that no order has.
    let columns: [Column?]
    /// The names of the columns that no order has.
    let ignored: [String]
    /// In a file whose fields are not separated by commas, an amount's comma is a decimal one. All amounts of a file
    /// are written alike.
    var decimalMark: DecimalMark?

    var allowsDecimalComma: Bool { delimiter != 0x2C }

    var delimiterName: String { Self.name(ofDelimiter: delimiter) }

    static func name(ofDelimiter delimiter: UInt8) -> String {
        switch delimiter {
        case 0x2C: "comma"
        case 0x3B: "semicolon"
        case 0x09: "tab"
        case 0x7C: "|"
        default: String(Character(Unicode.Scalar(delimiter)))
        }
    }
}

extension CSVLayout {
    /// Separators that are tried where no `sep=` line names one.
    private static let candidates: [UInt8] = [0x2C, 0x3B, 0x09, 0x7C]

    /// The layout that a file's first bytes show, with how many of them are its header, and the line after it.
    ///
    /// - Parameters:
    ///   - line: the number of the first line.
    ///   - isWhole: whether the file ends with them.
    /// - Returns: nil if more bytes are needed.
    static func read(_ head: [UInt8], line: Int, isWhole: Bool) throws -> (
        layout: CSVLayout, taken: Int, splitter: CSVSplitter
    )? {
        var start = 0
        var line = line
        var candidates = candidates
        if let separator = separatorLine(head) {
            candidates = [separator.delimiter]
            start = separator.length
            line += 1
        }
        var headers:
            [(layout: CSVLayout, names: [String], missing: [Column], taken: Int, splitter: CSVSplitter, line: Int)] = []
        for delimiter in candidates {
            var splitter = CSVSplitter(delimiter: delimiter, line: line)
            guard let (row, taken) = try firstRow(head, from: start, isWhole: isWhole, &splitter) else { return nil }
            let names = (0..<row.count).map { name(row.text($0)) }
            let columns = names.map { Column(rawValue: $0) }
            let layout = CSVLayout(
                delimiter: delimiter, columns: columns,
                ignored: zip(names, columns).compactMap { $1 == nil && !$0.isEmpty ? $0 : nil })
            headers.append((layout, names, Column.required.filter { !columns.contains($0) }, taken, splitter, row.line))
        }
        // The separator by which the most columns are found; of equals the first.
        let best = headers.enumerated().min {
            ($0.element.missing.count, -$0.element.names.count, $0.offset) < (
                $1.element.missing.count, -$1.element.names.count, $1.offset
            )
        }!.element
        try check(best.names, missing: best.missing, line: best.line, delimiter: best.layout.delimiter)
        let splitter = CSVSplitter(
            delimiter: best.layout.delimiter, line: best.splitter.recordLine,
            isAfterCarriageReturn: best.splitter.isAfterCarriageReturnAtRecord)
        return (best.layout, best.taken, splitter)
    }

    private struct FirstRow: Error {}

    private static func firstRow(
        _ head: [UInt8], from start: Int, isWhole: Bool, _ splitter: inout CSVSplitter
    ) throws -> (CSVRow, taken: Int)? {
        var found: (CSVRow, Int)?
        do {
            try head[start...].withUnsafeBytes { bytes in
                try splitter.push(bytes) { row, taken in
                    found = (row, start + taken)
                    throw FirstRow()
                }
            }
            guard isWhole else { return nil }
            if let line = try splitter.finish({ row, _ in found = (row, head.count) }) {
                throw OrderFileError(
                    .wrongHeader, line: line, "a quote that begins here is not closed before the end of the file")
            }
        } catch is FirstRow {}
        return found ?? (CSVRow(line: 1), head.count)
    }

    /// Excel's first line `sep=;`, which says what separates the fields.
    private static func separatorLine(_ head: [UInt8]) -> (delimiter: UInt8, length: Int)? {
        var text = head[...]
        let isQuoted = text.first == 0x22
        if isQuoted { text = text.dropFirst() }
        guard text.prefix(4).map({ $0 | 0x20 }).elementsEqual("sep=".utf8.map { $0 | 0x20 }), text.count > 5 else {
            return nil
        }
        let delimiter = text[text.startIndex + 4]
        text = text.dropFirst(5)
        if isQuoted {
            guard text.first == 0x22 else { return nil }
            text = text.dropFirst()
        }
        guard delimiter < 0x80, delimiter != 0x22, delimiter >= 0x20 || delimiter == 0x09, let first = text.first else {
            return nil
        }
        if first == 0x0A { return (delimiter, text.startIndex + 1) }
        guard first == 0x0D else { return nil }
        return (delimiter, text.startIndex + (text.dropFirst().first == 0x0A ? 2 : 1))
    }

    private static func name(_ text: String) -> String {
        text.trimmed.lowercased()
    }

    private static func check(_ names: [String], missing: [Column], line: Int, delimiter: UInt8) throws(OrderFileError)
    {
        if let twice = names.first(where: { name in
            !name.isEmpty && names.filter { $0 == name }.count > 1 && Column(rawValue: name) != nil
        }) {
            throw OrderFileError(.wrongHeader, line: line, "the column \(twice) is named twice")
        }
        guard !missing.isEmpty else { return }
        let shown = names.prefix(20).map { $0.count > 40 ? $0.prefix(40) + "…" : $0 }.joined(separator: ", ")
        let what = names.allSatisfy(\.isEmpty) ? "it is empty" : "it names: \(shown)"
        let list = missing.map(\.rawValue).joined(separator: ", ")
        throw OrderFileError(
            .wrongHeader, line: line,
            "the first line of a CSV file must name the columns, and \(list) \(missing.count == 1 ? "is" : "are") not among them; \(what) "
                + "(separator: \(name(ofDelimiter: delimiter)))")
    }
}

extension StringProtocol {
    /// Without the ASCII white space and no-break spaces around it.
    var trimmed: String {
        func isSpace(_ character: Character) -> Bool {
            character == " " || character == "\t" || character.isNewline || character == "\u{A0}"
        }
        return String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}
