import NIOCore
import OrderEvents
import Testing

@testable import OrdersAPI

@Suite struct HubCoreTests {
    private let start = ContinuousClock.now
    private var core: HubCore

    init() {
        var limits = EventStreamLimits()
        limits.ringCapacity = 8
        limits.maximumClients = 3
        limits.maximumEventsPerFrame = 4
        core = HubCore(limits: limits)
        core.positioned(at: [0: 0, 1: 0])
    }

    /// Figures that say what they were asked for.
    private func stats(_ since: StatsSince) -> ByteBuffer {
        ByteBuffer(string: "event: stats\ndata: {\"since\":\"\(since)\"}\n")
    }

    private mutating func change(_ offset: Int64, partition: Int32 = 0, id: Int64, revision: Int64 = 1) {
        core.ingest([(partition: partition, offset: offset, document: Sample.document(id, revision: revision))])
    }

    /// Subscribes and takes the first bytes, so that the client waits.
    private mutating func listen(lastEventID: String? = nil) throws -> (id: HubCore.ClientID, first: String) {
        guard let id = core.subscribe(lastEventID: lastEventID, now: start, stats: stats) else { throw Unexpected() }
        guard case .send(let bytes) = core.next(id, now: start) else { throw Unexpected() }
        guard case .wait = core.next(id, now: start) else { throw Unexpected() }
        return (id, String(buffer: bytes))
    }

    private struct Unexpected: Error {}

    private mutating func flush() -> [HubCore.ClientID: String] {
        Dictionary(uniqueKeysWithValues: core.flush(now: start, stats: stats).map { ($0.0, String(buffer: $0.1)) })
    }

    private func isWait(_ next: HubCore.Next) -> Bool { if case .wait = next { true } else { false } }
    private func isEnded(_ next: HubCore.Next) -> Bool { if case .ended = next { true } else { false } }

    @Test mutating func aNewClientGetsTheFiguresAndAPlaceToResumeFrom() throws {
        change(4, id: 1)
        let (_, first) = try listen()
        #expect(first.hasPrefix("retry: 2000\n\n"))
        #expect(first.contains("\"since\":\"recent\""))
        #expect(first.hasSuffix("id: 0-4.1-\n\n"))
        #expect(!first.contains("event: order"))
    }

    @Test mutating func aWaitingClientGetsAChangeWithThePositionItLeadsTo() throws {
        let (id, _) = try listen()
        change(7, id: 3)
        let frame = try #require(flush()[id])
        #expect(frame.hasPrefix("event: order\ndata: {\"order_id\":3,"))
        #expect(frame.hasSuffix("\nid: 0-7.1-\n\n"))
        #expect(flush().isEmpty)
    }

    @Test mutating func clientsThatAreEquallyFarShareTheirBytes() throws {
        let (a, _) = try listen()
        let (b, _) = try listen()
        change(1, id: 1)
        let frames = core.flush(now: start, stats: stats)
        #expect(Set(frames.map(\.0)) == [a, b])
        let addresses = Set(frames.map { $0.1.withUnsafeReadableBytes { $0.baseAddress } })
        #expect(addresses.count == 1)
    }

    @Test mutating func aBusyClientGetsTheLatestRevisionAndIsToldWhatWasLeftOut() throws {
        let (id, _) = try listen()
        change(1, id: 1)
        _ = flush()
        // The client is writing now.
        for revision in 2...6 { change(Int64(revision), id: 1, revision: Int64(revision)) }
        change(7, id: 2)
        #expect(flush().isEmpty)
        #expect(isWait(core.next(id, now: start)))
        let frame = try #require(flush()[id])
        #expect(frame.hasPrefix("event: skipped\ndata: {\"count\":4}\n\n"))
        #expect(frame.contains("\"revision\":6"))
        #expect(!frame.contains("\"revision\":5"))
        #expect(frame.contains("\"order_id\":2,"))
    }

    @Test mutating func aFrameHoldsNoMoreThanItsBound() throws {
        let (id, _) = try listen()
        for offset in 1...8 { change(Int64(offset), id: Int64(offset)) }
        let frame = try #require(flush()[id])
        #expect(frame.contains("{\"count\":4}"))
        #expect(!frame.contains("\"order_id\":4,"))
        #expect(frame.contains("\"order_id\":5,"))
    }

    @Test mutating func aClientThatComesBackGetsWhatItMissed() throws {
        for offset in 1...4 { change(Int64(offset), id: Int64(offset)) }
        let (_, first) = try listen(lastEventID: "0-2.1-")
        #expect(!first.contains("event: reset"))
        #expect(!first.contains("\"order_id\":2,"))
        #expect(first.contains("\"order_id\":3,"))
        #expect(first.contains("\"order_id\":4,"))
        #expect(first.contains("since\":\"position"))
        #expect(first.hasSuffix("id: 0-4.1-\n\n"))
    }

    @Test mutating func aClientThatMissedNothingIsNotReset() throws {
        change(1, id: 1)
        let (_, first) = try listen(lastEventID: "0-1.1-")
        #expect(!first.contains("event: reset"))
        #expect(!first.contains("event: order"))
    }

    @Test(arguments: ["nonsense", "0-1", "0-1.1-5", "0-1.1-.2-3", "0-999.1-"])
    mutating func anIDThatCannotBeResumedFromBeginsWithReset(_ lastEventID: String) throws {
        // Twelve changes in a ring of eight: those up to offset 4 are gone.
        for offset in 1...12 { change(Int64(offset), id: Int64(offset)) }
        let (_, first) = try listen(lastEventID: lastEventID)
        #expect(first.contains("event: reset\ndata: {}\n\n"))
        #expect(first.contains("\"since\":\"recent\""))
    }

    @Test mutating func theOldestPositionThatTheRingStillCoversCanBeResumedFrom() throws {
        for offset in 1...12 { change(Int64(offset), id: Int64(offset)) }
        #expect(core.canResume(from: LogPosition([0: 4, 1: -1])))
        #expect(!core.canResume(from: LogPosition([0: 3, 1: -1])))
    }

    @Test mutating func aGapInTheTailResetsTheClientsThatListen() throws {
        let (id, _) = try listen()
        change(1, id: 1)
        _ = flush()
        _ = core.next(id, now: start)
        core.positioned(at: [0: 50])
        let frame = try #require(flush()[id])
        #expect(frame.hasPrefix("event: reset\n"))
        #expect(frame.hasSuffix("id: 0-49.1-\n\n"))
        #expect(!core.canResume(from: LogPosition([0: 1, 1: -1])))
    }

    @Test mutating func aTailThatGoesOnWhereItStoodResetsNobody() throws {
        let (_, _) = try listen()
        change(1, id: 1)
        _ = flush()
        core.positioned(at: [0: 2])
        #expect(core.canResume(from: LogPosition([0: 1, 1: -1])))
    }

    @Test mutating func aPartitionThatIsAddedEmptyResetsNobody() throws {
        let (id, _) = try listen()
        core.positioned(at: [2: 0])
        core.ingest([(partition: 2, offset: 0, document: Sample.document(9))])
        let frame = try #require(flush()[id])
        #expect(frame.hasPrefix("event: order"))
        #expect(frame.hasSuffix("id: 0-.1-.2-0\n\n"))
    }

    @Test mutating func aLogThatBeginsAnewResetsAndForgetsTheOldLife() throws {
        let (id, _) = try listen()
        change(5, id: 1)
        _ = flush()
        _ = core.next(id, now: start)
        change(0, id: 2)
        let frame = try #require(flush()[id])
        #expect(frame.contains("event: reset"))
        #expect(frame.hasSuffix("id: 0-0.1-\n\n"))
        #expect(!core.canResume(from: LogPosition([0: 5, 1: -1])))
    }

    @Test mutating func figuresAreSentOnceForEachTick() throws {
        let (id, _) = try listen()
        core.publish(tick: 1)
        let frame = try #require(flush()[id])
        #expect(frame.contains("tick(0)"))
        _ = core.next(id, now: start)
        #expect(flush().isEmpty)
    }

    @Test mutating func oneMoreClientThanAllowedIsRefused() throws {
        for _ in 0..<3 { _ = try listen() }
        #expect(core.subscribe(lastEventID: nil, now: start, stats: stats) == nil)
    }

    @Test mutating func aSilentClientGetsACommentAndAClientThatTakesNothingIsDropped() throws {
        let (waiting, _) = try listen()
        let (writing, _) = try listen()
        change(1, id: 1)
        _ = flush()
        _ = core.next(waiting, now: start)
        #expect(core.maintain(now: start + .seconds(9)).tooSlow.isEmpty)
        let later = core.maintain(now: start + .seconds(15))
        #expect(later.keepAlive == [waiting])
        #expect(later.tooSlow == [writing])
        #expect(isEnded(core.next(writing, now: start)))
        #expect(core.takeCounts().slowClients == 1)
    }

    @Test mutating func atAStopEveryClientGetsByeOnceAndNobodyNewComesIn() throws {
        let (waiting, _) = try listen()
        let (writing, _) = try listen()
        change(1, id: 1)
        _ = flush()
        _ = core.next(waiting, now: start)
        #expect(core.stop() == [waiting])
        guard case .finish(let bye) = core.next(writing, now: start) else { throw Unexpected() }
        #expect(bye == ServerSentEvent.bye)
        #expect(isEnded(core.next(writing, now: start)))
        #expect(core.subscribe(lastEventID: nil, now: start, stats: stats) == nil)
        #expect(core.clients.isEmpty)
    }

    @Test func inACrowdWritesAreSpacedSoThatTheirRateStaysTheSame() {
        let limits = EventStreamLimits()
        #expect(limits.flushInterval(clients: 1) == .zero)
        #expect(limits.flushInterval(clients: 1000) == .milliseconds(125))
        #expect(limits.eventsPerFrame(clients: 1000) < limits.eventsPerFrame(clients: 1))
    }
}
