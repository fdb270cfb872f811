import NIOCore
import Testing

@testable import Couchbase

@Suite("The Query service's answer in pieces")
struct QueryResponseParserTests {
    private static let text = """
        { "requestID": "a\\"]b", "signature": {"*":"*"},
          "results": [ {"a": [1, "}]"]}, 12 , "x,\\\\", null,[ ]
          ], "errors": [{"code": 5010}], "status":"errors", "n": 7 }
        """

    @Test("Rows and members are the same, wherever the pieces begin")
    func pieces() throws {
        for cut in 0...Self.text.utf8.count {
            var parser = QueryResponseParser()
            let bytes = Array(Self.text.utf8)
            var rows = try parser.feed(ByteBuffer(bytes: bytes[..<cut]))
            rows += try parser.feed(ByteBuffer(bytes: bytes[cut...]))
            #expect(rows.map { String(buffer: $0) } == [#"{"a": [1, "}]"]}"#, "12", #""x,\\""#, "null", "[ ]"])
            #expect(parser.isAtEnd)
            #expect(parser.members["requestID"].map { String(buffer: $0) } == #""a\"]b""#)
            #expect(parser.members["n"].map { String(buffer: $0) } == "7")
            #expect(parser.members.count == 5)
        }
    }

    @Test("What is no answer is malformed", arguments: ["[]", "<html>", "{1}", #"{"a" 1}"#, #"{"a":}"#])
    func malformed(text: String) {
        var parser = QueryResponseParser()
        #expect(throws: QueryResponseParser.Failure.malformed) { try parser.feed(ByteBuffer(string: text)) }
    }
}
