import OrderEvents
import Testing

@testable import OrderFiles

@Suite("CSV files") struct CSVTests {
    private let noted = "order_id,customer_id,amount,currency,country,note\n"

    @Test(
        "a quoted field may hold line breaks, and what looks like an order in it is none",
        arguments: [1, 2, 3, 7, 1 << 20])
    func quotedLineBreaks(piece: Int) throws {
        let text =
            noted
            + "1110,65,10.00,USD,US,\"first\n1111,66,999.00,USD,US,x\nlast\"\n1112,67,11.00,USD,US,\"a \"\"b\"\", c\r\nd\"\r\n1113,68,1.00,USD,US,"
        let reading = try Reading(text, piece: piece)
        #expect(reading.ids == [1110, 1112, 1113])
        #expect(reading.lines == [2, 5, 7])
        #expect(reading.rejected.isEmpty)
    }

    @Test("rows end with LF, CR or CRLF, the last one also with the file", arguments: ["\n", "\r", "\r\n"])
    func lineEnds(end: String) throws {
        for last in ["", end, end + end] {
            for piece in [1, 5, 1 << 20] {
                let reading = try Reading(
                    [header, row(1), row(2), "", row(3)].joined(separator: end) + last, piece: piece)
                #expect(reading.ids == [1, 2, 3])
                #expect(reading.lines == [2, 3, 5])
                #expect(reading.rejected.isEmpty)
            }
        }
    }

    @Test("a file as Excel writes it: byte order mark, sep= line, semicolons, tabs, decimal comma, UTF-16")
    func excel() throws {
        let semicolons = header.replacing(",", with: ";") + "\r\n" + row(1, amount: "249,99", separator: ";") + "\r\n"
        let tabs = header.replacing(",", with: "\t") + "\r\n" + row(1, amount: "249.99", separator: "\t") + "\r\n"
        for text in [
            semicolons, "sep=;\r\n" + semicolons, "\"sep=;\"\r\n" + semicolons, "SEP=\t\n" + tabs, tabs,
            "\n \r\n" + semicolons,
        ] {
            for piece in [1, 3, 1 << 20] {
                for bytes in encodings(of: text) {
                    let reading = try Reading(bytes: bytes, piece: piece)
                    #expect(reading.rejected.isEmpty)
                    #expect(reading.orders.map(\.amount.minorUnits) == [24_999])
                }
            }
        }
    }

    private func encodings(of text: String) -> [[UInt8]] {
        let little = text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        let big = text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        var all = [Array(text.utf8), [0xEF, 0xBB, 0xBF] + text.utf8, [0xFF, 0xFE] + little, [0xFE, 0xFF] + big]
        if text.first == "o" { all += [little, big] }
        return all
    }

    @Test("columns may stand in any order, and others beside them are named and left out")
    func columns() throws {
        let reading = try Reading("Note, Country ,ORDER_ID,amount,currency,customer_id,\nx,FR,7,1.00,EUR,8,\n")
        #expect(reading.orders.first?.id.rawValue == 7 && reading.orders.first?.customerID == 8)
        #expect(reading.orders.first?.createdAt == Reading.time)
        #expect(reading.reader.ignoredFields == ["note"] && reading.reader.ordersWithoutTime == 1)
    }

    @Test(
        "a header that does not do is refused, with what is missing",
        arguments: [
            (
                "id,price\n1,2\n",
                "order_id, customer_id, amount, currency, country are not among them; it names: id, price"
            ),
            ("order_id,customer_id,amount,currency\n", "country is not among them"),
            (header + ",amount\n", "amount is named twice"),
            ("\"order_id,\n\n", "not closed"), ("sep=;\n" + header + "\n", "separator: semicolon"),
            ("just text\n", "it names: just text"),
        ])
    func wrongHeader(text: String, words: String) {
        let error = #expect(throws: OrderFileError.self) { try Reading(text) }
        #expect(error?.description.contains(words) == true, "\(String(describing: error))")
    }

    @Test(
        "a row that is no order is rejected by its line, and the next one is read",
        arguments: [
            ("2,2,1.00,USD,US", "has 5 fields where the first line names 6 columns"), (row(2) + ",,x", "has 8 fields"),
            ("2,2,\"1\"x,USD,US,", "text after a closing quote"), ("2,2,1.00,USD,U\0S,", "NUL byte"),
            ("2,2,\"1,234.56\",USD,US,", "may mean two things"),
            ("x,2,1.00,USD,US,", "order_id"), (",2,1.00,USD,US,", "order_id: is missing"),
            ("1.2E+14,2,1.00,USD,US,", "order_id"),
            ("2,2,1.005,USD,US,", "amount"), ("2,2,\"1,00\",USD,US,", "may mean two things"),
        ])
    func rejectedRows(line: String, words: String) throws {
        let reading = try Reading([header, row(1), line, row(3)].joined(separator: "\n"))
        #expect(reading.ids == [1, 3])
        #expect(reading.rejected.map(\.line) == [3])
        #expect(reading.rejected.first?.reason.contains(words) == true, "\(reading.rejected)")
    }

    @Test("amounts of a file are written alike: a decimal comma and a decimal point do not mix")
    func decimalMarks() throws {
        let head = "order_id;customer_id;amount;currency;country\n"
        let reading = try Reading(
            head + "1;1;10;USD;US\n2;1;1,234;KWD;KW\n3;1;1.234;KWD;KW\n4;1;1.234,50;USD;US\n5;1;0,5;USD;US\n")
        #expect(reading.orders.map(\.amount.minorUnits) == [1_000, 1_234, 50])
        #expect(reading.rejected.map(\.line) == [4, 5])
        #expect(try Reading(head + "1;1;1.50;USD;US\n2;1;1,50;USD;US\n").rejected.map(\.line) == [3])
    }

    @Test("a quote that is not closed names the line where it begins")
    func unterminatedQuote() throws {
        let reading = try Reading(header + "\n" + row(1) + "\n2,2,\"1.00,USD\n" + row(3) + "\n")
        #expect(reading.ids == [1])
        #expect(reading.rejected.map(\.line) == [3])
        let endless =
            header + "\n" + row(1) + "\n\"" + String(repeating: "x", count: OrderFileLimits.maximumRecordBytes + 1)
        let error = #expect(throws: OrderFileError.self) { try Reading(endless, piece: 65_536) }
        #expect(error?.line == 3 && error?.code == .structureLost)
    }

    @Test("a line without end is one rejected row, held in bounded memory")
    func endlessLine() throws {
        let reading = try Reading(
            header + "\n1," + String(repeating: "9", count: 3 << 20) + "\n" + row(2), piece: 65_536)
        #expect(reading.ids == [2] && reading.rejected.map(\.line) == [2])
        #expect(reading.rejected.first?.reason.contains("more than") == true)
    }

    @Test("other columns may hold any bytes")
    func otherBytes() throws {
        let reading = try Reading(
            bytes: Array(noted.utf8) + Array("1,1,1.00,USD,US,caf".utf8) + [0xE9, 0x0A] + Array("2,1,1.00,US".utf8) + [
                0xE9
            ] + Array(",US,\n".utf8))
        #expect(reading.ids == [1])
        #expect(reading.rejected.first?.reason == "currency: is not UTF-8 text")
    }

    @Test("empty rows are none", arguments: ["\n\n", ",,,,,\n", "\r\n,,,,,\r\n"])
    func emptyRows(rows: String) throws {
        let reading = try Reading(header + "\n" + rows + row(1) + "\n" + rows)
        #expect(reading.ids == [1] && reading.rejected.isEmpty)
    }
}
