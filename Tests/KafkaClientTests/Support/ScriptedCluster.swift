import KafkaProtocol
import Logging
import TestSupport

@testable import KafkaClient

/// A cluster that a test plays: it answers requests by the functions that the test gives, in virtual time.
///
/// An answer takes a random time. Requests of one lane are answered in their order, as a broker answers a connection.
/// Connections break and coordinators refuse as the test wants.
final class ScriptedCluster: ClusterAccess {
    /// What a request came with.
    struct Call {
        var destination: Destination
        var lane: Lane
        var clientID: String
        var version: Int16
        /// Goes up with each break of the lane's connection.
        var connection: UInt64
    }

    private struct Lanes: Hashable {
        var lane: Lane
        var destination: Destination
    }

    var now = ClientTime(monotonic: 0, wall: 1_700_000_000_000)
    var random: ClientRandom
    var settings = ClusterSettings(bootstrapServers: [])
    var metadata = ClusterMetadata()
    var features = ClusterFeatures()
    private(set) var lines: [String] = []
    /// Milliseconds that a request and its answer take together.
    var delay: ClosedRange<Int64> = 1...5
    /// Requests whose answers are lost, of a thousand.
    var lostAnswers: UInt64 = 0
    var onConnectionLost: ((UInt64) -> Void)?

    private var chance: SeededGenerator
    private var timers = KafkaClient.Timers()
    private var servers: [Int16: (Any, Call, @escaping (Any) -> Void) -> Void] = [:]
    private var followers: [UInt64: (interest: TopicInterest, onChange: () -> Void)] = [:]
    private var cancelled: Set<UInt64> = []
    private var lastID: UInt64 = 0
    private var connections: [Lanes: UInt64] = [:]
    private var latestAnswer: [UInt64: Int64] = [:]
    private(set) var refreshes = 0
    var refusal: ClientError?

    init(seed: UInt64) {
        random = ClientRandom(seed: seed)
        chance = SeededGenerator(seed: seed &+ 1)
    }

    private func takeID() -> UInt64 {
        lastID += 1
        return lastID
    }
}

// MARK: The test's side

extension ScriptedCluster {
    /// Answers requests of a type; `reply` may be called later.
    func serve<Request: KafkaRequest>(
        _: Request.Type, _ body: @escaping (Request, Call, _ reply: @escaping (Request.Response) -> Void) -> Void
    ) {
        servers[Request.api.key] = { request, call, reply in
            guard let request = request as? Request else { return }
            body(request, call) { reply($0) }
        }
    }

    /// Has the followers see new metadata.
    func tellMetadata() {
        metadata.update += 1
        for id in followers.keys.sorted() {
            schedule(at: now.monotonic) { [weak self] in self?.followers[id]?.onChange() }
        }
    }

    func setTopics(_ counts: [String: Int32], leader: Int32 = 1, epoch: Int32 = 0) {
        for (name, count) in counts {
            metadata.topics[name] = TopicMetadata(
                name: name, id: TopicID(high: 1, low: UInt64(name.utf8.reduce(0) { $0 &* 31 &+ Int($1) })),
                partitions: (0..<count).map { PartitionMetadata(index: $0, leader: leader, leaderEpoch: epoch) })
        }
        metadata.brokers[leader] = BrokerAddress(host: "broker", port: 9092)
        tellMetadata()
    }

    /// Lets time pass, and all that is due in it.
    func run(for milliseconds: Int64) { run(until: now.monotonic + milliseconds) }

    func run(until end: Int64, while isWaiting: () -> Bool = { true }) {
        while isWaiting(), let next = timers.nextDeadline, next <= end {
            let step = max(0, next - now.monotonic)
            now.monotonic += step
            now.wall += step
            timers.popExpired(now: now.monotonic)?()
        }
        guard isWaiting(), end > now.monotonic else { return }
        now.wall += end - now.monotonic
        now.monotonic = end
    }

    /// Breaks a connection: what was asked on it is not answered.
    func breakConnection(_ lane: Lane, _ destination: Destination) {
        let old = connections.updateValue(takeID(), forKey: Lanes(lane: lane, destination: destination))
        if let old { onConnectionLost?(old) }
    }

    func chance(_ part: UInt64, of whole: UInt64 = 1_000) -> Bool { chance.next() % whole < part }
}

// MARK: The client's side

extension ScriptedCluster {
    func send<Request: KafkaRequest>(
        to destination: Destination, _ options: RequestOptions, make: @escaping (Int16) -> Request,
        check: ((Request.Response) -> ErrorCode)?,
        then handler: @escaping (Result<Answer<Request.Response>, RequestFailure>) -> Void
    ) -> RequestID {
        let id = RequestID(number: takeID())
        let deadline = options.deadline ?? now.monotonic + settings.apiTimeoutMilliseconds
        attempt(id, to: destination, options, deadline: deadline, make: make, check: check, then: handler)
        return id
    }

    private func attempt<Request: KafkaRequest>(
        _ id: RequestID, to destination: Destination, _ options: RequestOptions, deadline: Int64,
        make: @escaping (Int16) -> Request, check: ((Request.Response) -> ErrorCode)?,
        then handler: @escaping (Result<Answer<Request.Response>, RequestFailure>) -> Void
    ) {
        let lanes = Lanes(lane: options.lane, destination: destination)
        let connection = connections[lanes] ?? takeID()
        connections[lanes] = connection
        let version = min(Request.api.versions.upperBound, options.newest ?? .max)
        let call = Call(
            destination: destination, lane: options.lane, clientID: options.clientID, version: version,
            connection: connection)
        var isOpen = true
        func end(_ result: Result<Answer<Request.Response>, RequestFailure>, mayRepeat: Bool) {
            guard isOpen else { return }
            isOpen = false
            guard cancelled.remove(id.number) == nil else { return }
            guard mayRepeat, options.retries, now.monotonic + 100 < deadline else { return handler(result) }
            schedule(at: now.monotonic + 100) { [weak self] in
                guard let self, cancelled.remove(id.number) == nil else { return }
                attempt(id, to: destination, options, deadline: deadline, make: make, check: check, then: handler)
            }
        }
        func fail(_ code: ClientError.Code) {
            let error = ClientError(code, "no answer")
            end(.failure(RequestFailure(error: error, mayHaveHappened: true, broker: nil)), mayRepeat: true)
        }
        schedule(at: now.monotonic + (options.timeout ?? settings.requestTimeoutMilliseconds)) { fail(.timedOut) }
        schedule(at: arrival(connection)) { [weak self] in
            guard let self, isOpen, cancelled.remove(id.number) == nil else { return }
            guard connections[lanes] == connection else { return fail(.transport) }
            let isLost = chance(lostAnswers)
            guard let server = servers[Request.api.key] else { return fail(.unsupportedFeature) }
            server(make(version), call) { [weak self] answer in
                guard let self, let body = answer as? Request.Response else { return }
                schedule(at: arrival(connection)) { [weak self] in
                    guard let self else { return }
                    guard !isLost, connections[lanes] == connection else {
                        if connections[lanes] == connection { breakConnection(options.lane, destination) }
                        return fail(.transport)
                    }
                    let mayRepeat = check.map { $0(body).isRepeatedByCluster } ?? false
                    end(.success(Answer(body: body, version: version, broker: 1)), mayRepeat: mayRepeat)
                }
            }
        }
    }

    private func arrival(_ connection: UInt64) -> Int64 {
        let random = now.monotonic + Int64.random(in: delay, using: &chance)
        let time = max(random, latestAnswer[connection] ?? 0)
        latestAnswer[connection] = time
        return time
    }

    func cancel(_ id: RequestID) { cancelled.insert(id.number) }
    func versions(of api: API, on broker: Int32) -> ClosedRange<Int16>? { api.versions }

    @discardableResult
    func schedule(at deadline: Int64, _ body: @escaping () -> Void) -> TimerID { timers.set(at: deadline, body) }
    func cancel(_ timer: TimerID) { timers.cancel(timer) }

    func follow(_ interest: TopicInterest, onChange: @escaping () -> Void) -> FollowerID {
        let id = takeID()
        followers[id] = (interest, onChange)
        refreshMetadata()
        return FollowerID(number: id)
    }

    func change(_ follower: FollowerID, to interest: TopicInterest) {
        guard followers[follower.number]?.interest != interest else { return }
        followers[follower.number]?.interest = interest
        refreshMetadata()
    }

    func unfollow(_ follower: FollowerID) { followers[follower.number] = nil }

    func refreshMetadata() {
        refreshes += 1
        schedule(at: now.monotonic + 10) { [weak self] in self?.tellMetadata() }
    }

    func forgetCoordinator(_ key: CoordinatorKey, broker: Int32) {}

    func log(_ level: Logger.Level, _ message: String) { lines.append("\(now.monotonic) \(level): \(message)") }
}
