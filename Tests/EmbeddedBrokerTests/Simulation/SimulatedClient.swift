@testable import EmbeddedBroker

/// A producer in the simulation. It keeps to the client's side of the protocol, remembers what it was promised, and repeats
/// what was not answered when the broker comes back.
final class SimulatedProducer {
    let name: String
    private let topic: String
    private let partition: Int32
    private var identity: ProducerIdentity?
    private var sequence: Int32 = 0
    private var counter = 0
    private var waiting: RequestToken?
    private var batch: [String] = []

    /// Every value ever sent, in order.
    private(set) var sent: [String] = []
    /// The offsets of values that the broker acknowledged.
    private(set) var acknowledged: [String: Int64] = [:]

    init(name: String, topic: String, partition: Int32) {
        self.name = name
        self.topic = topic
        self.partition = partition
    }

    /// Takes an answer if there is one, else sends what comes next.
    func step(_ broker: CoreHarness, _ random: inout SeededRandom) throws {
        if let token = waiting {
            guard let identity else { return try takeIdentity(token, broker) }
            guard let answer = broker.produced(token) else { return }
            waiting = nil
            guard answer.errorCode == .none else { throw SimulationFailure("\(name) was refused: \(answer.errorCode)") }
            for (index, value) in batch.enumerated() { acknowledged[value] = answer.baseOffset + Int64(index) }
            sequence += Int32(batch.count)
            batch = []
            _ = identity
            return
        }
        guard let identity else {
            waiting = broker.sendInit(nil)
            return
        }
        if batch.isEmpty {
            batch = (0..<(1 + random.below(4))).map { "\(name)-\(counter + $0)-" + String(repeating: "x", count: random.below(300)) }
            counter += batch.count
            sent += batch
        }
        let records = try Batches.make(batch, producer: identity, sequence: sequence)
        waiting = broker.sendProduce(topic, partition, records)
    }

    private func takeIdentity(_ token: RequestToken, _ broker: CoreHarness) throws {
        guard let answer = broker.response(token, as: InitProducerIDResponse.self) else { return }
        waiting = nil
        identity = ProducerIdentity(id: answer.producerID, epoch: answer.producerEpoch)
    }

    func brokerRestarted() { waiting = nil }

    /// Everything acknowledged is where it was promised; nothing is there twice; the order is kept.
    func verify(_ records: [Batches.Read]) throws {
        let own = records.filter { $0.value?.hasPrefix(name + "-") ?? false }
        let values = own.compactMap(\.value)
        guard Set(values).count == values.count else { throw SimulationFailure("\(name) has a record twice") }
        guard values == Array(sent.prefix(values.count)) else { throw SimulationFailure("\(name)'s records are out of order or have a gap") }
        let offsets = Dictionary(uniqueKeysWithValues: own.map { ($0.value ?? "", $0.offset) })
        for (value, offset) in acknowledged where offsets[value] != offset {
            throw SimulationFailure("\(value) was acknowledged at \(offset) and is at \(offsets[value].map(String.init) ?? "no offset")")
        }
    }
}

/// A transactional producer that copies, as far as the broker can tell: records on two partitions and an offset, per transaction.
final class SimulatedTransactionalProducer {
    enum Outcome: Hashable { case open, committed, aborted, unknown }

    struct Copy {
        var values: [Int32: [String]] = [:]
        var offset: Int64
        var outcome = Outcome.open
    }

    private enum Step: Hashable {
        case initialize, addPartitions, produce(Int32), addOffsets, commitOffsets, end(commit: Bool)
    }

    let id: String
    let group: String
    private let topic: String
    private var identity: ProducerIdentity?
    private var sequences: [Int32: Int32] = [:]
    private var step = Step.initialize
    private var waiting: RequestToken?
    private(set) var copies: [Copy] = []
    private var endWasSent = false

    init(id: String, topic: String) {
        self.id = id
        self.group = "group-\(id)"
        self.topic = topic
    }

    func step(_ broker: CoreHarness, _ random: inout SeededRandom) throws {
        if let token = waiting {
            guard let code = answer(token, broker) else { return }
            waiting = nil
            if code == .concurrentTransactions { return }
            guard code == .none else { throw SimulationFailure("\(id) in \(step) was refused: \(code)") }
            return advance(&random)
        }
        try send(broker)
    }

    private func send(_ broker: CoreHarness) throws {
        guard step != .initialize, let identity else {
            waiting = broker.sendInit(id)
            return
        }
        switch step {
        case .initialize: break
        case .addPartitions:
            endWasSent = false
            if copies.last?.outcome != .open {
                let number = copies.count
                copies.append(
                    Copy(
                        values: [0: ["\(id)-\(number)-a", "\(id)-\(number)-b"], 1: ["\(id)-\(number)-c"]],
                        offset: Int64(number + 1)))
            }
            waiting = broker.sendAddPartitions(id, identity, topic, [0, 1])
        case .produce(let partition):
            let values = copies[copies.count - 1].values[partition] ?? []
            let records = try Batches.make(
                values, producer: identity, sequence: sequences[partition, default: 0], transactional: true)
            waiting = broker.sendProduce(topic, partition, records, transactionalID: id)
        case .addOffsets: waiting = broker.sendAddOffsets(id, identity, group: group)
        case .commitOffsets:
            waiting = broker.sendTxnOffset(id, identity, group: group, topic, copies[copies.count - 1].offset)
        case .end(let commit):
            endWasSent = true
            waiting = broker.sendEnd(id, identity, commit: commit)
        }
    }

    private func answer(_ token: RequestToken, _ broker: CoreHarness) -> ErrorCode? {
        switch step {
        case .initialize:
            guard let answer = broker.response(token, as: InitProducerIDResponse.self) else { return nil }
            if answer.errorCode == .none {
                identity = ProducerIdentity(id: answer.producerID, epoch: answer.producerEpoch)
                sequences = [:]
            }
            return answer.errorCode
        case .addPartitions:
            return broker.response(token, as: AddPartitionsToTxnResponse.self)?.topics.first?.partitions.first?.errorCode
        case .produce: return broker.produced(token)?.errorCode
        case .addOffsets: return broker.response(token, as: AddOffsetsToTxnResponse.self)?.errorCode
        case .commitOffsets:
            return broker.response(token, as: TxnOffsetCommitResponse.self)?.topics.first?.partitions.first?.errorCode
        case .end: return broker.response(token, as: EndTxnResponse.self)?.errorCode
        }
    }

    private func advance(_ random: inout SeededRandom) {
        switch step {
        case .initialize:
            // Whatever was open has been aborted by now, unless its end had come through before.
            if let last = copies.indices.last, copies[last].outcome == .open { copies[last].outcome = endWasSent ? .unknown : .aborted }
            step = .addPartitions
        case .addPartitions: step = .produce(0)
        case .produce(0):
            sequences[0, default: 0] += 2
            step = .produce(1)
        case .produce:
            sequences[1, default: 0] += 1
            step = .addOffsets
        case .addOffsets: step = .commitOffsets
        case .commitOffsets: step = .end(commit: random.chance(0.7))
        case .end(let commit):
            copies[copies.count - 1].outcome = commit ? .committed : .aborted
            step = .addPartitions
        }
    }

    /// The client goes on where it was, or is itself started anew.
    func brokerRestarted(_ random: inout SeededRandom) {
        waiting = nil
        if random.chance(0.4) { step = .initialize }
    }

    /// Transactions are seen whole or not at all, as they were promised.
    ///
    /// - Parameter undecided: values behind the first open transaction of their partition: not to be seen yet.
    func verify(_ records: [Int32: [Batches.Read]], undecided: Set<String>, committedOffset: Int64) throws {
        var expectedOffsets: Set<Int64> = [-1]
        for copy in copies {
            var seen = 0
            var hidden = 0
            for (partition, values) in copy.values {
                let present = (records[partition] ?? []).compactMap(\.value)
                for value in values {
                    let count = present.count { $0 == value }
                    guard count <= 1 else { throw SimulationFailure("\(value) is there \(count) times") }
                    seen += count
                    if undecided.contains(value) { hidden += 1 }
                }
            }
            let all = copy.values.values.reduce(0) { $0 + $1.count }
            guard seen == 0 || seen + hidden == all else { throw SimulationFailure("\(copy.values) is seen in part: \(seen) of \(all)") }
            switch copy.outcome {
            case .committed where seen + hidden != all: throw SimulationFailure("\(copy.values) was committed and is not there")
            case .aborted where seen > 0: throw SimulationFailure("\(copy.values) was aborted and is there")
            case .open where seen > 0 && !endWasSent: throw SimulationFailure("\(copy.values) is there before its end")
            default: break
            }
            if seen > 0 || copy.outcome == .committed { expectedOffsets = [copy.offset] }
            // Whether it was committed is not to be seen yet.
            let mayBeCommitted = copy.outcome == .unknown || (copy.outcome == .open && endWasSent)
            if mayBeCommitted, seen == 0, hidden > 0 { expectedOffsets.insert(copy.offset) }
        }
        guard expectedOffsets.contains(committedOffset) else {
            throw SimulationFailure("\(group) stands at \(committedOffset), expected \(expectedOffsets)")
        }
    }
}

struct SimulationFailure: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}
