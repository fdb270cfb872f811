import OrderEvents

/// Turns a row of a CSV file into the JSON of a draft, so that its fields are checked by the same rules as everywhere.
struct CSVOrder {
    private var json = JSONBytes()

    /// - Returns: the draft's JSON, valid until the next call; the reason if the row is none.
    mutating func json(of row: CSVRow, _ layout: inout CSVLayout) throws(RowError) -> JSONBytes {
        if let fault = row.fault { throw RowError(fault) }
        guard row.count == layout.columns.count else {
            throw RowError(
                "has \(row.count) field\(row.count == 1 ? "" : "s") where the first line names \(layout.columns.count) columns"
            )
        }
        json.removeAll()
        json.append(0x7B)
        var isFirst = true
        for (index, column) in layout.columns.enumerated() {
            guard let column else { continue }
            guard let text = String(validating: row.field(index), as: UTF8.self) else {
                throw RowError("\(column.rawValue): is not UTF-8 text")
            }
            let value = text.trimmed
            if value.isEmpty { continue }
            if !isFirst { json.append(0x2C) }
            isFirst = false
            json.append(string: column.rawValue)
            json.append(0x3A)
            switch column {
            case .orderID, .customerID:
                if let number = Int64(value) { json.append(integer: number) } else { json.append(string: value) }
            case .amount: json.append(string: try amount(value, &layout))
            default: json.append(string: value)
            }
        }
        json.append(0x7D)
        return json
    }

    /// An amount with a decimal point.
    private func amount(_ text: String, _ layout: inout CSVLayout) throws(RowError) -> String {
        let commas = text.utf8.count { $0 == 0x2C }
        let points = text.utf8.count { $0 == 0x2E }
        if commas == 0, points == 0 { return text }
        guard commas == 0 || layout.allowsDecimalComma, commas + points == 1 else {
            throw RowError(
                "amount: \"\(text.prefix(40))\" may mean two things; write it without separators of thousands, such as 1234.56"
            )
        }
        let mark: CSVLayout.DecimalMark = commas == 1 ? .comma : .point
        if layout.allowsDecimalComma {
            guard layout.decimalMark == nil || layout.decimalMark == mark else {
                throw RowError(
                    "amount: \"\(text.prefix(40))\" is written with '\(mark.rawValue)' and others of the file with '\(layout.decimalMark!.rawValue)'; "
                        + "write all of them alike")
            }
            layout.decimalMark = mark
        }
        return commas == 1 ? text.replacing(",", with: ".") : text
    }
}

/// Why a row is no order.
struct RowError: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }

    init(_ fault: CSVSplitter.SyntaxError) {
        switch fault {
        case .textAfterQuote(let line):
            reason = "line \(line) has text after a closing quote; a quote within a quoted field is written twice"
        case .nul(let line): reason = "line \(line) has a NUL byte"
        case .tooLong: reason = "has more than \(OrderFileLimits.maximumRecordBytes) bytes"
        case .tooManyFields: reason = "has more than \(OrderFileLimits.maximumColumns) fields"
        }
    }
}
