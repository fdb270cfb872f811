import Testing

@testable import OrderTracing

@Suite struct SamplerTests {
    private func parent(isSampled: Bool) -> SpanContext {
        SpanContext(
            traceID: TraceID(high: 1, low: 1)!, spanID: SpanID(1)!, isSampled: isSampled, isRemote: true)
    }

    @Test(arguments: [("always_on", true, true), ("always_off", false, false), ("parentbased_always_on", true, false)])
    func aNamedSamplerDecides(_ name: String, _ ofRoot: Bool, _ ofUnsampled: Bool) throws {
        let sampler = try #require(Sampler(name: name))
        #expect(sampler.samples(TraceID(high: 1, low: 1)!, parent: nil) == ofRoot)
        #expect(sampler.samples(TraceID(high: 1, low: 1)!, parent: parent(isSampled: false)) == ofUnsampled)
    }

    @Test func aSamplerThatFollowsItsParentRecordsWhatTheParentRecords() throws {
        for name in Sampler.names where name.hasPrefix("parentbased") {
            let sampler = try #require(Sampler(name: name, ratio: 0))
            #expect(sampler.samples(TraceID(high: 1, low: 1)!, parent: parent(isSampled: true)))
            #expect(!sampler.samples(TraceID(high: 1, low: 1)!, parent: parent(isSampled: false)))
        }
    }

    @Test func aRatioRecordsThatPartOfTheTracesAndEverybodyTheSame() {
        var random = SystemRandomNumberGenerator()
        let ids = (0..<20_000).map { _ in TraceID.random(using: &random) }
        let (tenth, half) = (Sampler(.ratio(0.1)), Sampler(.ratio(0.5)))
        let sampled = ids.filter { tenth.samples($0, parent: nil) }
        #expect((1_600...2_400).contains(sampled.count))
        // Whoever records more records these as well.
        #expect(sampled.allSatisfy { half.samples($0, parent: nil) })
        #expect(ids.allSatisfy { Sampler(.ratio(1)).samples($0, parent: nil) })
        #expect(ids.allSatisfy { !Sampler(.ratio(0)).samples($0, parent: nil) })
    }

    @Test func aNameThatIsNoneIsRefused() {
        #expect(Sampler(name: "jaeger_remote") == nil)
        #expect(Sampler.names.allSatisfy { Sampler(name: $0) != nil })
    }
}
