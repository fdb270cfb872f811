import Foundation
import HeapModule
import NIOCore
import TestSupport

@testable import Couchbase

/// One run of a client against a cluster that fails: everything follows from the seed.
public final class SimulatedRun {
    /// How it went.
    public struct Outcome: Sendable {
        /// The seed.
        public let seed: UInt64
        /// What is wrong; `nil` where nothing is.
        public let failure: String?
        /// Operations that the client took.
        public let operations: Int
        /// Those whose outcome the client did not know.
        public let ambiguous: Int
        /// Those that succeeded.
        public let successes: Int
    }

    enum Event {
        case opened(UInt64), refused(UInt64), serverClosed(UInt64)
        case toServer(UInt64, ByteBuffer), toClient(UInt64, ByteBuffer)
        case execute(UInt64, RequestFrame, Fault?)
        case respond(UInt64, ResponseFrame)
        case learn(node: Int)
        case resolved
        case operation, clusterEvent
        case writable(UInt64)
        case cancel(UInt64)
    }

    struct Scheduled: Comparable {
        let time: Duration
        let sequence: Int
        let event: Event

        static func < (left: Scheduled, right: Scheduled) -> Bool {
            (left.time, left.sequence) < (right.time, right.sequence)
        }

        static func == (left: Scheduled, right: Scheduled) -> Bool { left.sequence == right.sequence }
    }

    struct Socket {
        let node: Int
        var decoder = FrameDecoder()
        var features: Set<Feature> = []
        /// Neither direction overtakes itself.
        var toServerAt = Duration.zero
        var toClientAt = Duration.zero
        var executeAt = Duration.zero
        var isCut = false
        /// What it says to every operation from now on: it forgot its bucket, or who the client is.
        var invalidity: Status?
    }

    let seed: UInt64
    let profile: Profile
    var random: SeededGenerator
    var now = Duration.zero
    var events = Heap<Scheduled>()
    var sequence = 0
    var cluster: SimulatedCluster
    var client: BucketClient
    var sockets: [UInt64: Socket] = [:]
    var history = History()
    var failure: String?
    var isHealed = false
    var isClosed = false
    /// The configuration that the client went by last.
    var taken: ClusterConfig.Version?
    var tagCount = 0
    let trace: ((String) -> Void)?

    init(seed: UInt64, trace: ((String) -> Void)?) {
        var random = SeededGenerator(seed: seed)
        let profile = Profile(&random)
        self.seed = seed
        self.profile = profile
        self.trace = trace
        cluster = SimulatedCluster(nodeCount: profile.nodeCount, isExternal: profile.isExternal)
        var settings = BucketClient.Settings(
            credentials: Credentials(username: "user", password: "pencil"), bucket: SimulatedCluster.bucket,
            isEncrypted: true, seeds: profile.seeds,
            serviceRecordName: profile.serviceRecords.map { _ in "_couchbases._tcp.alias" })
        settings.operationLimit = profile.operationLimit
        settings.outstandingLimit = profile.outstandingLimit
        settings.connectTimeout = .seconds(2)
        settings.makeNonce = { "nonce" }
        client = BucketClient(settings: settings)
        self.random = random
    }

    /// Does one run.
    public static func run(seed: UInt64, trace: ((String) -> Void)? = nil) -> Outcome {
        let run = SimulatedRun(seed: seed, trace: trace)
        run.run()
        let results = run.history.entries.values.compactMap(\.result)
        return Outcome(
            seed: seed, failure: run.failure, operations: results.count,
            ambiguous: results.filter { if case .failure(let error) = $0 { error.isAmbiguous } else { false } }.count,
            successes: results.filter { if case .success = $0 { true } else { false } }.count)
    }

    var moment: BucketClient.Moment {
        BucketClient.Moment(
            now: now, date: Date(timeIntervalSince1970: 1_800_000_000 + Double(now.components.seconds)))
    }

    func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    func chance(_ perThousand: Int) -> Bool { draw(0...999) < perThousand }

    func after(_ delay: Duration, _ event: Event) { at(now + delay, event) }

    func at(_ time: Duration, _ event: Event) {
        sequence += 1
        events.insert(Scheduled(time: time, sequence: sequence, event: event))
    }

    func fail(_ message: String) {
        if failure == nil { failure = "\(now): \(message)" }
    }

    private func run() {
        client.start(at: moment)
        perform()
        for _ in 0..<profile.operationCount { after(.microseconds(draw(0...6_000_000)), .operation) }
        for _ in 0..<profile.eventCount { after(.microseconds(draw(0...6_000_000)), .clusterEvent) }
        advance(until: .seconds(9))
        heal()
        advance(until: .seconds(40))
        checkRecovery()
        client.close(at: moment)
        perform()
        advance(until: .seconds(60))
        if !isClosed { fail("the client did not close") }
        if client.pendingCount > 0 || !client.links.isEmpty { fail("the client kept something") }
        if failure == nil, let wrong = history.check(against: cluster) { failure = wrong }
    }

    /// Everything that happens until a time, in order.
    func advance(until end: Duration) {
        while failure == nil {
            let event = events.min?.time
            let wake = client.nextDeadline()
            guard let next = [event, wake].compactMap({ $0 }).min(), next <= end else { break }
            now = max(now, next)
            if let wake, wake <= next { client.advance(to: moment) } else { handle(events.removeMin().event) }
            perform()
        }
        now = end
    }

    /// Once nothing fails any more, everything has to work.
    private func checkRecovery() {
        guard failure == nil else { return }
        var ids: [UInt64] = []
        for key in 0..<min(profile.keyCount, profile.operationLimit) {
            if let id = submit(.get, key: "k\(key)", tag: nil, timeout: .milliseconds(2_500)) { ids.append(id) }
        }
        perform()
        advance(until: now + .seconds(5))
        for id in ids {
            switch history.entries[id]?.result {
            case .success: break
            case .failure(let error) where error.code == .documentNotFound: break
            case let other: fail("the cluster is well, but a read ends with \(String(describing: other))")
            }
        }
    }

    /// Does what the client asks for.
    func perform() {
        for action in client.takeActions() {
            switch action {
            case .resolve: after(.milliseconds(draw(0...50)), .resolved)
            case .open(let id, let endpoint): open(id, endpoint)
            case .send(let id, let bytes): send(bytes, on: id)
            case .solve: fail("a challenge within TLS")
            case .close(let id): sockets[id] = nil
            case .completed(let id, let result):
                trace?("\(now) operation \(id) ends: \(result)")
                if let wrong = history.end(id, result, now: now) { fail(wrong) }
            case .config(let config, _):
                trace?("\(now) config \(config.version.revision)")
                if let taken, config.version < taken { fail("it goes back to configuration \(config.version)") }
                taken = config.version
            case .unreachable(let error): trace?("\(now) unreachable: \(error)")
            case .closed: isClosed = true
            }
        }
    }
}
