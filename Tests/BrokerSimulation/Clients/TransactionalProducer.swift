import NIOCore

@testable import BrokerCore
@testable import KafkaProtocol

/// One incarnation of a transactional producer: records on several partitions and, often, a group's offset, per transaction.
///
/// It keeps to the client's side of the protocol and repeats what was not answered. In some families each transaction has an epoch of
/// its own (KIP-890): what was on its way when the connection broke may arrive late, and must not become part of the next transaction. In
/// the others it is gone with the connection: the classic protocol cannot tell a late EndTxn of one transaction from that of the next.
/// When the whole incarnation dies, though, everything may arrive late, and must be refused once a successor was let in.
final class TransactionalProducer: SimulatedClient {
    enum Stage: Hashable { case initialize, idle, add, produce, addOffsets, commitOffsets, end }

    private struct Batch {
        var place: Place
        var sequence: Int32
        var records: [SentRecord]
        var bytes: ByteBuffer
        var isSent = false
        var isDone = false
    }

    let family: TransactionalFamily
    private(set) var stage = Stage.initialize
    private var identity: ProducerIdentity?
    private var sequences: [Place: Int32] = [:]
    private var transaction: SentTransaction?
    private var places: [Place] = []
    private var batches: [Batch] = []
    private var withOffsets = false
    private var commits = false
    private var beganAt: Int64 = 0
    /// A successor is there; it goes on until it is refused.
    var isZombie = false
    /// The identity to ask with (KIP-360), after an error.
    private var expected: ProducerIdentity?

    init(life: Life, family: TransactionalFamily, incarnation: Int) {
        self.family = family
        super.init(life: life, name: "\(family.id).\(incarnation)")
    }

    override var ownEpochs: Bool { family.number % 2 == 1 }
    override var keepsRequestsOnDisconnect: Bool { ownEpochs }

    override var isFinished: Bool { waiting == 0 && (stage == .idle || (stage == .initialize && identity == nil)) }

    override func connectionLost() {
        for index in batches.indices where !batches[index].isDone { batches[index].isSent = false }
    }

    override func act() {
        if stage == .produce { return produceNext() }
        guard waiting == 0 else { return }
        switch stage {
        case .initialize: if !life.isDraining || identity != nil { initialize() }
        case .idle: if !life.isDraining { begin() }
        case .add: addPartitions()
        case .produce: break
        case .addOffsets: addOffsets()
        case .commitOffsets: commitOffsets()
        case .end: end()
        }
    }

    // MARK: Identity

    private func initialize() {
        if isZombie { return isDead = true }
        let request = InitProducerIDRequest(
            transactionalID: family.id, transactionTimeoutMilliseconds: family.timeoutMilliseconds,
            producerID: expected?.id ?? -1, producerEpoch: expected?.epoch ?? -1)
        send(request) { [self] (answer: InitProducerIDResponse, exchange) in
            let wasForgotten = family.beginsAnew(handledAt: exchange.handledAt)
            guard answer.errorCode == .none else {
                if wasForgotten {
                    life.fail(.forgottenBeginsAnew, "\(name) was refused an identity: \(answer.errorCode)")
                }
                return
            }
            let identity = ProducerIdentity(id: answer.producerID, epoch: answer.producerEpoch)
            if wasForgotten {
                life.coverage[.renewed] += 1
                // The epoch need not be 0: an answer before this one may have been lost in a crash.
                if family.identities.contains(where: { $0.id == identity.id }) {
                    life.fail(.forgottenBeginsAnew, "\(name) was given \(identity), which is not new")
                }
            }
            let other = family.given(
                identity, requests: life.broker.requests, handledAt: exchange.handledAt, owner: name)
            if let other { life.fail(.fenced, "\(name) was given \(identity), which \(other) has") }
        } receive: { [self] answer in
            switch answer.errorCode {
            case .none:
                identity = ProducerIdentity(id: answer.producerID, epoch: answer.producerEpoch)
                expected = nil
                sequences = [:]
                stage = .idle
            case .concurrentTransactions: break
            case .producerFenced, .invalidProducerEpoch:
                if expected == nil {
                    life.fail(.notFencedInVain, "\(name) was refused an identity: \(answer.errorCode)")
                }
                expected = nil
            default: life.fail(.notFencedInVain, "\(name) was refused an identity: \(answer.errorCode)")
            }
        }
    }

    /// Takes the answer's code; true if the request was done.
    private func accepts(_ code: ErrorCode, _ what: String) -> Bool {
        guard code != .none else { return true }
        // Something is on its way to the disk: the request comes again.
        if code == .concurrentTransactions { return false }
        if family.mayBeForgotten, code == .invalidProducerIDMapping { return beginAnew(.refusedForgotten) }
        let timedOut = life.elapsed >= beganAt + Int64(family.timeoutMilliseconds)
        if family.isCurrent(identity), !isZombie, !timedOut {
            life.fail(
                .notFencedInVain, "\(name), \(identity.map { "\($0)" } ?? "nobody"), was refused in \(what): \(code)")
        }
        return beginAnew(timedOut && family.isCurrent(identity) ? .timeouts : .fencings)
    }

    /// The identity is of no use any more: another one is asked for, unless a successor has it.
    private func beginAnew(_ reason: Coverage.Counter) -> Bool {
        life.coverage[reason] += 1
        if isZombie {
            die()
            return false
        }
        expected = life.random.flip() ? identity : nil
        stage = .initialize
        batches = []
        transaction = nil
        return false
    }

    /// What only the current producer may do has been answered with success.
    private func observeSuccess(_ code: ErrorCode, _ exchange: Exchange, _ identity: ProducerIdentity, _ what: String) {
        guard code == .none, family.mustRefuse(identity, handledAt: exchange.handledAt) else { return }
        life.fail(
            .fenced,
            "\(what) of \(identity) was let through after \(family.identities.last ?? identity) was given out for \(family.id)"
        )
    }

    // MARK: A transaction

    private func begin() {
        let new = SentTransaction(
            name: "\(name)/\(family.transactions)", family: family.number, number: family.transactions)
        family.transactions += 1
        transaction = new
        life.ledger.transactions.append(new)
        let all = life.places
        places = all.filter { _ in life.random.chance(0.6) }
        if places.isEmpty { places = [life.random.pick(all)] }
        batches = []
        withOffsets = life.random.chance(0.5)
        commits = life.random.chance(0.7)
        var counts: [Place: Int] = [:]
        for place in places + places.filter({ _ in life.random.chance(0.3) }) {
            let stream = life.ledger.newStream()
            let index = counts[place] ?? 0
            let records = life.makeRecords("\(new.name)@\(place)", place, stream: stream, from: index, transaction: new)
            counts[place] = index + records.count
            let sequence = sequences[place] ?? 0
            let bytes = life.batch(records, producer: identity, sequence: sequence, transactional: true)
            batches.append(Batch(place: place, sequence: sequence, records: records, bytes: bytes))
            sequences[place] = sequence + Int32(records.count)
        }
        beganAt = life.elapsed
        if ownEpochs { return stage = .produce }
        stage = .add
        addPartitions()
    }

    private func addPartitions() {
        guard let identity else { return }
        let byTopic = Dictionary(grouping: places, by: \.topic)
        let topics = byTopic.keys.sorted().map { topic in
            TopicPartitions<Int32>(name: topic, partitions: byTopic[topic, default: []].map(\.partition))
        }
        let request = AddPartitionsToTxnRequest(
            transactionalID: family.id, producerID: identity.id, producerEpoch: identity.epoch, topics: topics)
        func code(_ answer: AddPartitionsToTxnResponse) -> ErrorCode {
            answer.topics.first?.partitions.first?.errorCode ?? .unknownServerError
        }
        send(request) { [self] (answer: AddPartitionsToTxnResponse, exchange) in
            observeSuccess(code(answer), exchange, identity, "AddPartitionsToTxn")
        } receive: { [self] answer in
            if accepts(code(answer), "AddPartitionsToTxn") { stage = .produce }
        }
    }

    private func produceNext() {
        guard let identity else { return }
        guard let index = batches.firstIndex(where: { !$0.isSent }) else {
            if waiting == 0 { stage = withOffsets ? ownEpochs ? .commitOffsets : .addOffsets : .end }
            return
        }
        batches[index].isSent = true
        let batch = batches[index]
        let current = transaction
        life.produce(self, batch.bytes, batch.records, to: batch.place, transactionalID: family.id) {
            [self] answer, exchange in
            observeSuccess(answer.errorCode, exchange, identity, "Produce")
        } receive: { [self] answer in
            guard transaction === current, stage == .produce else { return }
            if accepts(answer.errorCode, "Produce to \(batch.place) at sequence \(batch.sequence)") {
                batches[index].isDone = true
            } else if stage == .produce, !isDead {
                life.fail(.notFencedInVain, "\(name) was refused in Produce: \(answer.errorCode)")
            }
        }
    }

    private func addOffsets() {
        guard let identity else { return }
        let request = AddOffsetsToTxnRequest(
            transactionalID: family.id, producerID: identity.id, producerEpoch: identity.epoch, groupID: family.group)
        send(request) { [self] (answer: AddOffsetsToTxnResponse, exchange) in
            observeSuccess(answer.errorCode, exchange, identity, "AddOffsetsToTxn")
        } receive: { [self] answer in
            if accepts(answer.errorCode, "AddOffsetsToTxn") { stage = .commitOffsets }
        }
    }

    private func commitOffsets() {
        guard let identity, let transaction else { return }
        let place = life.settings.places[0]
        let offset = Int64(transaction.number + 1)
        let key = GroupPlace(group: family.group, place: place)
        life.ledger.sentOffsets[key] = max(life.ledger.sentOffsets[key] ?? -1, offset)
        let request = TxnOffsetCommitRequest(
            transactionalID: family.id, groupID: family.group, producerID: identity.id, producerEpoch: identity.epoch,
            topics: [
                .init(name: place.topic, partitions: [.init(partitionIndex: place.partition, committedOffset: offset)])
            ])
        func code(_ answer: TxnOffsetCommitResponse) -> ErrorCode {
            answer.topics.first?.partitions.first?.errorCode ?? .unknownServerError
        }
        send(request) { [self] (answer: TxnOffsetCommitResponse, exchange) in
            observeSuccess(code(answer), exchange, identity, "TxnOffsetCommit")
            if code(answer) == .none { transaction.offset = offset }
        } receive: { [self] answer in
            if accepts(code(answer), "TxnOffsetCommit") {
                life.coverage[.offsetsInTransactions] += 1
                stage = .end
            }
        }
    }

    private func end() {
        guard let identity, let transaction else { return }
        let commits = commits
        if commits { transaction.commitWasSent = true }
        let request = EndTxnRequest(
            transactionalID: family.id, producerID: identity.id, producerEpoch: identity.epoch, committed: commits)
        send(request) { [self] (answer: EndTxnResponse, exchange) in
            guard answer.errorCode == .none else { return }
            if ownEpochs {
                given(ProducerIdentity(id: answer.producerID, epoch: answer.producerEpoch), after: identity, exchange)
            } else {
                observeSuccess(answer.errorCode, exchange, identity, "EndTxn")
            }
            if transaction.outcome == nil { life.coverage[commits ? .commits : .aborts] += 1 }
            transaction.outcome = commits
        } receive: { [self] answer in
            guard self.transaction === transaction, accepts(answer.errorCode, "EndTxn") else { return }
            self.transaction = nil
            stage = .idle
            if ownEpochs {
                self.identity = ProducerIdentity(id: answer.producerID, epoch: answer.producerEpoch)
                sequences = [:]
            }
        }
    }

    /// The end of a transaction was answered with the next identity: always the same one.
    private func given(_ next: ProducerIdentity, after identity: ProducerIdentity, _ exchange: Exchange) {
        if next == identity { life.fail(.fenced, "\(name) got \(next) again at the end of a transaction") }
        let other = family.given(
            next, requests: life.broker.requests, handledAt: exchange.handledAt, owner: name)
        if let other { life.fail(.fenced, "\(name) was given \(next), which \(other) has") }
    }
}
