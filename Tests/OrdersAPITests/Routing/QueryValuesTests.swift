import Testing

@testable import OrdersAPI

@Suite struct QueryValuesTests {
    private let limit = QueryParameter<Int>.integer("limit", 1...200, "")
    private let flagged = QueryParameter<Bool>.boolean("flagged", "")
    private let name = QueryParameter<String>("name", .text(maximumBytes: 8, form: "a name"), "") { $0 }

    private func values(_ query: String?) throws -> QueryValues {
        try QueryValues(query: query, allowed: [limit.spec, flagged.spec, name.spec])
    }

    private func problem(_ query: String, _ read: (QueryValues) throws -> Void = { _ in }) -> Problem? {
        #expect(throws: Problem.self) { try read(values(query)) }
    }

    @Test func valuesAreReadAndAbsentOnesAreNil() throws {
        let query = try values("limit=20&flagged=true")
        #expect(try query.value(limit) == 20)
        #expect(try query.value(flagged) == true)
        #expect(try query.value(name) == nil)
        #expect(try values(nil).value(limit) == nil)
        #expect(try values("").value(limit) == nil)
    }

    @Test func anEmptyValueCountsAsLeftOut() throws {
        #expect(try values("limit=&flagged").value(limit) == nil)
    }

    @Test func valuesArePercentDecoded() throws {
        #expect(try values("name=a%20b+%C3%BC").value(name) == "a b ü")
        #expect(try values("%6Eame=x").value(name) == "x")
    }

    @Test(arguments: ["limit=0", "limit=201", "limit=x", "limit=1.5", "limit=%20", "limit=99999999999999999999"])
    func aWrongValueIsNamedWithWhatWouldBeRight(_ query: String) {
        let problem = problem(query) { _ = try $0.value(limit) }
        #expect(problem?.status == .badRequest)
        #expect(problem?.errors.map(\.field) == ["limit"])
        #expect(problem?.detail.contains("a whole number from 1 to 200") == true)
    }

    @Test func anUnknownParameterIsRefusedWithTheKnownOnes() {
        let problem = problem("limitt=3")
        #expect(problem?.errors.map(\.field) == ["limitt"])
        #expect(problem?.detail.contains("limit, flagged, name") == true)
    }

    @Test func aParameterThatIsGivenTwiceIsRefused() {
        #expect(problem("limit=1&limit=2")?.errors.map(\.field) == ["limit"])
    }

    @Test(arguments: ["name=%zz", "name=%2", "name=%FF"]) func whatCannotBeDecodedIsRefused(_ query: String) {
        #expect(problem(query)?.errors.map(\.field) == ["name"])
    }

    @Test func aTextThatIsTooLongIsRefused() {
        #expect(problem("name=123456789") { _ = try $0.value(name) }?.detail.contains("8 bytes") == true)
        #expect(problem("name=" + String(repeating: "x", count: 9000))?.status == .badRequest)
    }
}
