import OrderEvents
import Testing

@testable import OrderFiles

@Suite("JSON files") struct JSONTests {
    @Test("JSON lines: byte order mark, CRLF, blank lines, no last line end", arguments: [1, 3, 1 << 20])
    func lines(piece: Int) throws {
        let text = "\u{FEFF}\r\n" + json(1) + "\r\n\n   \n" + json(2) + "\n" + json(3)
        let reading = try Reading(text, piece: piece)
        #expect(reading.ids == [1, 2, 3] && reading.lines == [2, 5, 6] && reading.rejected.isEmpty)
        let wide: [UInt8] = [0xFF, 0xFE] + text.dropFirst().utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        #expect(try Reading(bytes: wide, piece: piece).ids == [1, 2, 3])
    }

    @Test("an array of orders, laid out in any way", arguments: [1, 2, 1 << 20])
    func array(piece: Int) throws {
        let spread = json(2, more: #","note":"[{]}\"","tags":[1,{"a":[]}]"#).replacing(",\"", with: ",\n \"")
        for text in [
            "[" + json(1) + "," + spread + "]", " [\n" + json(1) + ",\n" + spread + "\n]\n",
            "[\r\n  " + json(1) + "  ,  " + spread + "  ]",
        ] {
            let reading = try Reading(text, piece: piece)
            #expect(reading.ids == [1, 2] && reading.rejected.isEmpty)
            #expect(reading.reader.ignoredFields == ["note", "tags"])
        }
        #expect(try Reading("[]", piece: piece).orders.isEmpty)
    }

    @Test("objects after one another that go over several lines", arguments: [1, 2, 1 << 20])
    func sequence(piece: Int) throws {
        let spread = { (id: Int) in
            json(id).replacing("{", with: "{\n  ").replacing(",\"", with: ",\n  \"").replacing("}", with: "\n}\n")
        }
        let reading = try Reading(spread(1) + spread(2), piece: piece)
        #expect(reading.ids == [1, 2] && reading.rejected.isEmpty && reading.lines == [1, 9])
    }

    @Test(
        "what is no order is rejected by its line, and the next one is read",
        arguments: [
            "not an order", "[1,2]", "null", "17", #"{"order_id":1"#, "{}", #"{"order_id":2,"order_id":2}"#, "\0",
        ])
    func rejected(line: String) throws {
        let reading = try Reading([json(1), line, json(3)].joined(separator: "\n"))
        #expect(reading.ids == [1, 3] && reading.rejected.map(\.line) == [2])
        if line.first != "{", line != "not an order", line != "\0" {
            let inArray = try Reading("[\n" + [json(1), line, json(3)].joined(separator: "\n,") + "]")
            #expect(inArray.ids == [1, 3] && inArray.rejected.map(\.line) == [3])
        }
    }

    @Test("a last line or array that is cut off is said")
    func cutOff() throws {
        let (whole, cut) = (json(1), String(json(2).dropLast(9)))
        for text in ["\(whole)\n\(cut)", "[\(whole),\n\(cut)", "[\(whole),\n", "[\(whole)\n"] {
            let reading = try Reading(text)
            #expect(reading.ids == [1] && reading.rejected.map(\.line) == [2], "\(text)")
        }
    }

    @Test(
        "an array whose structure is lost ends there, with the line",
        arguments: [
            ("[\(json(1))\n\(json(2))]", 2), ("[\(json(1)),\n,\(json(2))]", 2), ("[\(json(1))]\n\n x", 3),
            ("[\(json(1))\n}", 2), ("[\(json(1)),\n]", 2),
        ])
    func structureLost(text: String, line: Int) {
        let error = #expect(throws: OrderFileError.self) { try Reading(text) }
        #expect(error?.code == .structureLost && error?.line == line)
    }

    @Test("a line or value without end is one rejected record, held in bounded memory")
    func tooLong() throws {
        let long = json(2, more: #","note":"\#(String(repeating: "x", count: 3 << 20))""#)
        for text in [
            [json(1), long, json(3)].joined(separator: "\n"),
            "[" + [json(1), long, json(3)].joined(separator: "\n,") + "]",
        ] {
            let reading = try Reading(text, piece: 65_536)
            #expect(reading.ids == [1, 3])
            #expect(
                reading.rejected.map(\.reason).allSatisfy { $0.contains("more than 1048576 bytes") }
                    && reading.rejected.count == 1)
        }
    }

    @Test(
        "a file that must be of one format and is of another is refused",
        arguments: [
            (header + "\n" + row(1), OrderFileReader.Format.jsonl), (json(1), .csv), ("[" + json(1) + "]", .jsonl),
            ("[" + json(1) + "]", .csv),
        ])
    func format(text: String, format: OrderFileReader.Format) {
        #expect(throws: OrderFileError.self) { try Reading(text, format: format) }
    }
}
