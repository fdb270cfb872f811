import HeapModule
import KafkaProtocol
import NIOCore
import TestSupport

@testable import KafkaClient

/// Brokers in memory, the network to them and the time, all from one seed. It speaks bytes, as a real cluster does.
final class SimulatedCluster {
    struct Event: Comparable {
        var time: Int64
        var order: UInt64
        var body: () -> Void
        static func < (left: Event, right: Event) -> Bool { (left.time, left.order) < (right.time, right.order) }
        static func == (left: Event, right: Event) -> Bool { left.order == right.order }
    }

    /// What the network does to what is sent.
    struct Network {
        /// One way, in milliseconds.
        var latency: ClosedRange<Int64> = 1...1
        /// Of a thousand requests, how many find the connection cut before they arrive.
        var lostRequests = 0
        /// Of a thousand answers, how many are lost with their connection, after the broker did what was asked.
        var lostAnswers = 0
    }

    private final class Socket {
        let broker: SimulatedBroker
        var splitter = FrameSplitter(limit: 64 << 20)
        var isOpen = true
        /// When the last answer on it arrives: answers do not overtake each other.
        var lastAnswer: Int64 = 0
        var lastRequest: Int64 = 0

        init(_ broker: SimulatedBroker) { self.broker = broker }
    }

    var generator: SeededGenerator
    var network = Network()
    private(set) var time = ClientTime(monotonic: 1000, wall: 1_700_000_000_000)
    private var events = Heap<Event>()
    private var lastOrder: UInt64 = 0
    private var sockets: [LinkID: Socket] = [:]

    var brokers: [SimulatedBroker] = []
    var topics: [String: SimulatedTopic] = [:]
    var controller: Int32 = 0
    /// By group or transactional id.
    var coordinators: [String: Int32] = [:]
    var createsTopics = false
    /// The brokers that metadata names; nil for all that are up.
    var advertised: Set<Int32>?
    var transactions = SimulatedTransactions()
    /// Transactions with epochs of their own (KIP-890) are agreed on. The brokers know them in any case.
    var ownEpochs = false
    var nextProducerID: Int64 = 1000
    /// Answers to APIs that only a test knows.
    var handlers: [API: (RequestHeader, WireReader, SimulatedBroker) -> [ByteBuffer]?] = [:]
    /// The versions that brokers offer, where not all that are known.
    var offered: [API: ClosedRange<Int16>] = [:]
    var logged: [String] = []

    private(set) var core: ClusterCore!

    init(seed: UInt64 = 1, brokers count: Int32 = 3, settings change: (inout ClusterSettings) -> Void = { _ in }) {
        generator = SeededGenerator(seed: seed)
        brokers = (0..<count).map { .init(id: $0, address: BrokerAddress(host: "broker\($0)", port: 9092)) }
        var settings = ClusterSettings(bootstrapServers: brokers.map(\.address))
        change(&settings)
        core = ClusterCore(settings: settings, now: time, seed: seed)
    }

    // MARK: Time

    func after(_ delay: Int64, _ body: @escaping () -> Void) { at(time.monotonic + delay, body) }

    private func at(_ when: Int64, _ body: @escaping () -> Void) {
        lastOrder += 1
        events.insert(Event(time: max(when, time.monotonic), order: lastOrder, body: body))
    }

    /// Calls of the application at this moment.
    func call(_ body: () -> Void) {
        core.begin(at: time)
        body()
        core.settle()
        carryOut()
    }

    /// Lets time pass until `isDone`, at most `limit` milliseconds. Whether it was done.
    @discardableResult
    func run(for limit: Int64 = 600_000, until isDone: () -> Bool = { false }) -> Bool {
        let end = time.monotonic + limit
        carryOut()
        while !isDone() {
            let next = min(events.min?.time ?? .max, core.nextDeadline ?? .max)
            guard next <= end else {
                move(to: end)
                return isDone()
            }
            move(to: next)
            if let first = events.min, first.time <= time.monotonic {
                events.removeMin()
                first.body()
            } else {
                core.advance(to: time)
            }
            carryOut()
        }
        return true
    }

    private func move(to monotonic: Int64) {
        guard monotonic > time.monotonic else { return }
        time.wall += monotonic - time.monotonic
        time.monotonic = monotonic
    }

    // MARK: The network

    private func latency() -> Int64 { Int64.random(in: network.latency, using: &generator) }
    private func happens(_ perMille: Int) -> Bool {
        perMille > 0 && Int.random(in: 0..<1000, using: &generator) < perMille
    }

    private func carryOut() {
        for effect in core.takeEffects() {
            switch effect {
            case .connect(let id, let address): connect(id, address)
            case .send(let id, let chunks): carry(chunks, id)
            case .solve(let id, let task):
                let result = task.run()
                after(1) { [self] in core.solved(id, result, at: time) }
            case .close(let id): sockets.removeValue(forKey: id)?.isOpen = false
            case .log(let level, let text): logged.append("\(level): \(text)")
            }
        }
    }

    private func connect(_ id: LinkID, _ address: BrokerAddress) {
        let broker = brokers.first { $0.address == address && $0.isUp }
        after(latency()) { [self] in
            guard let broker, broker.isUp, broker.address == address else {
                return core.closed(id, ClientError(.transport, "refused").at("\(address)"), at: time)
            }
            sockets[id] = Socket(broker)
            core.opened(id, nonce: "nonce\(id.number)", at: time)
        }
    }

    private func carry(_ chunks: [ByteBuffer], _ id: LinkID) {
        guard let socket = sockets[id] else { return }
        if happens(network.lostRequests) { return after(latency()) { [self] in cut(id) } }
        let arrival = max(time.monotonic + latency(), socket.lastRequest)
        socket.lastRequest = arrival
        at(arrival) { [self] in arrive(chunks, id, socket) }
    }

    private func arrive(_ chunks: [ByteBuffer], _ id: LinkID, _ socket: Socket) {
        guard socket.isOpen, socket.broker.isUp, !socket.broker.isSilent else { return }
        for chunk in chunks { socket.splitter.append(chunk) }
        do {
            while let frame = try socket.splitter.next() {
                guard let answer = try serve(frame, socket.broker) else { continue }
                if happens(network.lostAnswers) { return cut(id) }
                let arrival = max(time.monotonic + latency(), socket.lastAnswer)
                socket.lastAnswer = arrival
                at(arrival) { [self] in
                    guard socket.isOpen else { return }
                    for part in answer { core.received(part, from: id, at: time) }
                }
            }
        } catch {
            fatalError("the client sent what a broker cannot read: \(error)")
        }
    }

    /// The connection breaks.
    private func cut(_ id: LinkID) {
        guard let socket = sockets.removeValue(forKey: id) else { return }
        socket.isOpen = false
        core.closed(id, nil, at: time)
    }

    /// All connections to a broker break.
    func cut(_ broker: SimulatedBroker) {
        for id in sockets.keys.sorted() where sockets[id]?.broker === broker { cut(id) }
        carryOut()
    }

    func stop(_ broker: SimulatedBroker) {
        broker.isUp = false
        cut(broker)
    }

    var connectionCount: Int { sockets.count }
}
