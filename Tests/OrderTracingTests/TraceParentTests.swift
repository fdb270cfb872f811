import Testing

@testable import OrderTracing

/// The cases of the W3C's own test suite for trace context, and those of its text.
@Suite struct TraceParentTests {
    private static let trace = "12345678901234567890123456789012"
    private static let span = "1234567890123456"

    @Test func aRightHeaderIsReadAndWrittenAsItWas() throws {
        for flags in ["00", "01"] {
            let text = "00-\(Self.trace)-\(Self.span)-\(flags)"
            let context = try #require(SpanContext(traceparent: text))
            #expect("\(context.traceID)" == Self.trace && "\(context.spanID)" == Self.span)
            #expect(context.isSampled == (flags == "01"))
            #expect(context.isRemote && context.traceparent == text)
        }
    }

    @Test func flagsThatAreNotKnownAreNotHandedOn() throws {
        let context = try #require(SpanContext(traceparent: "00-\(Self.trace)-\(Self.span)-ff"))
        #expect(context.traceparent == "00-\(Self.trace)-\(Self.span)-01")
        #expect(SpanContext(traceparent: "00-\(Self.trace)-\(Self.span)-fe")?.isSampled == false)
    }

    @Test(
        arguments: [
            "cc-\(trace)-\(span)-01", "cc-\(trace)-\(span)-01-what-the-future-will-be-like", "fe-\(trace)-\(span)-01-",
        ])
    func aVersionToComeIsReadAsFarAsItIsKnown(_ text: String) throws {
        let context = try #require(SpanContext(traceparent: text))
        #expect(context.traceparent == "00-\(Self.trace)-\(Self.span)-01")
    }

    @Test(
        arguments: [
            "", "00", "00-\(trace)-\(span)-01.", "00-\(trace)-\(span)-01-what-the-future-will-be-like",
            "cc-\(trace)-\(span)-01.what-the-future-will-be-like", "ff-\(trace)-\(span)-01", ".0-\(trace)-\(span)-01",
            "0.-\(trace)-\(span)-01", "000-\(trace)-\(span)-01", "0000-\(trace)-\(span)-01", "0-\(trace)-\(span)-01",
            "00-00000000000000000000000000000000-\(span)-01", "00-.2345678901234567890123456789012-\(span)-01",
            "00-1234567890123456789012345678901.-\(span)-01", "00-123456789012345678901234567890123-\(span)-01",
            "00-1234567890123456789012345678901-\(span)-01", "00-\(trace)-0000000000000000-01",
            "00-\(trace)-.234567890123456-01", "00-\(trace)-123456789012345.-01", "00-\(trace)-12345678901234567-01",
            "00-\(trace)-123456789012345-01", "00-\(trace)-\(span)-.0", "00-\(trace)-\(span)-0.",
            "00-\(trace)-\(span)-001", "00-\(trace)-\(span)-1", "00-ABCDEF78901234567890123456789012-\(span)-01",
            "00-\(trace)-123456789012345A-01", "00_\(trace)_\(span)_01", "00-\(trace)-\(span)-0１",
        ])
    func whatIsWrongIsNoHeader(_ text: String) {
        #expect(SpanContext(traceparent: text) == nil)
    }

    @Test func idsAreNeverZeroAndPrintAllTheirDigits() throws {
        var zeros = Zeros(first: 2)
        let id = TraceID.random(using: &zeros)
        #expect("\(id)" == "0000000000000007" + "0000000000000007")
        zeros = Zeros(first: 1)
        #expect("\(SpanID.random(using: &zeros))" == "0000000000000007")
        #expect(id.bytes.count == 16 && id.bytes.last == 7)
    }

    /// Zeros, and then sevens.
    private struct Zeros: RandomNumberGenerator {
        var first: Int
        mutating func next() -> UInt64 {
            first -= 1
            return first >= 0 ? 0 : 7
        }
    }
}
