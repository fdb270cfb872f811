import Testing

@testable import OrderTracing

/// The cases of the W3C's own test suite for trace context.
@Suite struct TraceStateTests {
    private static let letters = "abcdefghijklmnopqrstuvwxyz0123456789_-*/"
    /// Every character that a value may have.
    private static let visible = String(
        decoding: (UInt8(0x20)...0x7E).filter { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "=") }, as: UTF8.self)

    @Test(
        arguments: [
            (["foo=1,bar=2"], "foo=1,bar=2"), ([""], ""), (["foo=1", ""], "foo=1"), (["", "foo=1"], "foo=1"),
            (["foo=1,bar=2", "rojo=1,congo=2", "baz=3"], "foo=1,bar=2,rojo=1,congo=2,baz=3"),
            (["foo=1 \t , \t bar=2, \t baz=3"], "foo=1,bar=2,baz=3"),
            (["foo=1\t \t,\t \tbar=2,\t \tbaz=3"], "foo=1,bar=2,baz=3"), ([" foo=1"], "foo=1"), (["\tfoo=1"], "foo=1"),
            (["foo=1 "], "foo=1"), (["foo=1\t"], "foo=1"), (["\t foo=1 \t"], "foo=1"),
            (["foo=1,,bar=2"], "foo=1,bar=2"),
            (["0tenant@vendor=x"], "0tenant@vendor=x"), (["foo=a b"], "foo=a b"),
        ])
    func whatIsRightIsHandedOnInItsOrder(_ headers: [String], _ text: String) throws {
        #expect(TraceState(headers: headers).map { "\($0)" } == text)
    }

    @Test func everyCharacterThatIsAllowedIsTaken() throws {
        for key in [Self.letters, Self.letters + "@a-z0-9_-*/"] {
            let text = "\(key)=\(Self.visible)"
            #expect(TraceState(headers: [text]).map { "\($0)" } == text)
        }
    }

    @Test(
        arguments: [
            ["foo=1,foo=1"], ["foo=1,foo=2"], ["foo=1", "foo=1"], ["foo=1", "foo=2"], ["foo =1"], ["FOO=1"],
            ["foo.bar=1"], ["foo@=1,bar=2"], ["@foo=1,bar=2"], ["foo@@bar=1,bar=2"], ["foo@bar@baz=1,bar=2"], ["foo"],
            ["foo="], ["=1"], ["foo=1=2"], ["0foo=1"], ["foo@0bar=1"], ["foo=\u{7F}"], ["foo=é"],
            [String(repeating: "z", count: 257) + "=1"], [String(repeating: "t", count: 242) + "@v=1"],
            ["t@" + String(repeating: "v", count: 15) + "=1"], ["foo=" + String(repeating: "1", count: 257)],
        ])
    func whatIsWrongDiscardsAllOfIt(_ headers: [String]) {
        #expect(TraceState(headers: headers) == nil)
    }

    @Test func keysMayBeAsLongAsTheSpecificationSays() {
        #expect(TraceState(headers: [String(repeating: "z", count: 256) + "=1"]) != nil)
        #expect(
            TraceState(headers: [String(repeating: "t", count: 241) + "@" + String(repeating: "v", count: 14) + "=1"])
                != nil)
    }

    @Test func thirtyTwoMembersAreTakenAndThirtyThreeAreNot() throws {
        let members = (1...33).map { "bar\($0)=\($0)" }
        #expect(TraceState(headers: [members.prefix(32).joined(separator: ",")])?.members.count == 32)
        #expect(TraceState(headers: [members.joined(separator: ",")]) == nil)
    }

    @Test func whatIsTooMuchLosesLongMembersFirstAndThenTheLastOnes() throws {
        let long = "long=" + String(repeating: "x", count: 200)
        let short = (1...30).map { "key\($0)=" + String(repeating: "y", count: 15) }
        let state = try #require(TraceState(headers: [([long] + short).joined(separator: ",")]))
        let text = "\(state)"
        #expect(text.utf8.count <= TraceState.maximumBytes && !text.contains("long"))
        #expect(text.hasPrefix(short[0]) && state.members.count > 20)
    }

    @Test func aWrongStateLeavesTheParentAsItIs() throws {
        let parent = "00-12345678901234567890123456789012-1234567890123456-01"
        let context = try #require(SpanContext(traceparent: parent, tracestate: ["foo=1,foo=1"]))
        #expect(context.traceparent == parent && context.state.isEmpty)
    }
}
