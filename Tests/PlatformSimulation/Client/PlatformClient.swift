import Kafka
import StreamProcessing

@testable import BrokerCore
@testable import BrokerSimulation
@testable import KafkaProtocol

/// The loop's client in a run: keeps `TaskClient`'s promises by the Kafka protocol, asking the broker's real core. It
/// does what librdkafka does of itself: heartbeats, joining, batching, repeating what was not answered.
final class PlatformClient: TaskClient {
    unowned let life: PlatformLife
    let name: String
    let group: String
    let transactionalID: String
    /// Each transaction has an epoch of its own (KIP-890), as with the client in Swift. Else as with librdkafka.
    var ownEpochs: Bool { life.seed % 2 == 1 }

    /// Its process is gone: no call does anything any more.
    private(set) var isDead = false
    /// Nothing befalls it but its connection.
    var isSafe = false
    /// Its process stands still.
    var isStalled = false
    /// The batch at hand is handled in pieces: what is committed between two of them matters.
    var isInPieces = false
    /// How many of its calls others go on within.
    var isBusy = 0

    private(set) lazy var membership = Line(self)
    private(set) lazy var reading = Line(self)
    private(set) lazy var producing = Line(self, outlivesClient: true)

    // The member, see `PlatformClient+Group.swift`.
    var member = Membership()
    var inputs: [String] = []
    var onRebalance: KafkaConsumer.RebalanceHandler?
    var choose: KafkaConsumer.AssignmentChoice?

    // What it reads, see `PlatformClient+Reading.swift`.
    var positions: [Place: Int64] = [:]
    /// Partitions of which something was handed out or stepped over since they were assigned.
    var moved: Set<Place> = []
    var paused: Set<Place> = []
    private var topicNames: [String] = []

    // What it writes, see `PlatformClient+Producing.swift`.
    var producer = ProducerSide()

    init(life: PlatformLife, name: String, group: String, transactionalID: String) {
        self.life = life
        self.name = name
        self.group = group
        self.transactionalID = transactionalID
        life.clients.append(self)
        membership.lost = { [unowned self] in member.connectionLost() }
    }

    func owns(_ link: Link) -> Bool { membership.owns(link) || reading.owns(link) || producing.owns(link) }

    var isConnected: Bool { life.brokerIsBackAt == nil }
    var allBrokersDown: Bool { !isConnected }

    /// The process ends without a word. What it has sent may still arrive.
    func die() {
        guard !isDead else { return }
        isDead = true
        for line in [membership, reading, producing] { line.die() }
        life.clients.removeAll { $0 === self }
    }

    func close() {
        guard !isDead else { return }
        leave()
        die()
    }

    /// At each request something may befall the process.
    func maybeSuffer() {
        guard !isDead, !isSafe, life.violation == nil else { return }
        if life.happens(life.plan.deaths * (isInPieces ? 8 : 1)) {
            life.coverage[.deaths] += 1
            life.tell("\(name) dies in mid-step")
            return die()
        }
        // Where a transaction is open, it matters most.
        let weight = producer.isBegun ? 4 : 1
        if isBusy == 0, life.happens(life.plan.stalls * weight) {
            let time = Int64(life.random.pick([500, 11_000, 14_000, 40_000]))
            let silently = life.random.chance(0.7)
            life.coverage[.stalls] += 1
            life.tell("\(name) stands still for \(time) ms\(silently ? "" : ", its heartbeats go on")")
            life.goOnWithout(self, for: time, silently: silently)
            life.tell("\(name) goes on")
        } else if isBusy == 0, life.happens(life.plan.interleavings * weight) {
            life.coverage[.interleavings] += 1
            life.goOnWithout(self, for: Int64(life.random.below(50)), silently: false)
        }
    }

    /// Makes a request again until it is answered.
    func persist<Body: KafkaMessage>(
        _ request: any ServedRequest, on line: Line, as _: Body.Type = Body.self, until deadline: Int64
    ) throws(KafkaError) -> Body {
        while true {
            do throws(KafkaError) {
                return try life.call(request, on: line, within: max(1, min(5_000, deadline - life.elapsed)))
            } catch {
                guard error.isRetriable, life.elapsed < deadline else { throw error }
                life.pass(20)
            }
        }
    }

    // MARK: topics

    func partitionCount(of topic: String) throws(KafkaError) -> Int32 {
        if isDead { throw .dead }
        return life.partitionCount(of: topic)
    }

    func topicID(_ name: String) -> TopicNumber {
        if let index = topicNames.firstIndex(of: name) { return TopicNumber(rawValue: index) }
        topicNames.append(name)
        return TopicNumber(rawValue: topicNames.count - 1)
    }

    func topicName(_ id: TopicNumber) -> String { topicNames[id.rawValue] }

    func topic(_ name: String) throws(KafkaError) -> TopicHandle { TopicHandle(index: topicID(name).rawValue) }
}
