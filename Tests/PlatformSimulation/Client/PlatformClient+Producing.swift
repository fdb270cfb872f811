import Kafka

@testable import BrokerCore
@testable import BrokerSimulation
@testable import KafkaProtocol

/// What a transactional producer knows.
struct ProducerSide {
    var id: Int64 = -1
    var epoch: Int16 = -1
    var sequences: [Place: Int32] = [:]
    var isOpen = false
    /// The broker knows of the transaction.
    var isBegun = false
    var added: Set<Place> = []
    /// Records that are not sent yet, in the order of their topics' partitions.
    var waiting: [(place: Place, records: [WireRecord])] = []
    /// What went wrong with records; the next call that depends on them says so.
    var failure: KafkaError?
    /// It is of no use any more.
    var fatal: KafkaError?
    /// Records of it were given up: their sequence numbers are used, so the next transaction needs another epoch.
    var hasGap = false
    /// Whether the commit was asked for, and its answer is not known.
    var isEnding = false
    /// Behind the last acknowledged record, by topic.
    var acknowledged: [String: [Int32: Int64]] = [:]
}

/// The transactional producer.
extension PlatformClient {
    private var deliveryTimeout: Int64 { 10_000 }

    func initTransactions(timeout: Duration) throws(KafkaError) {
        if isDead { throw .dead }
        let deadline = life.elapsed + timeout.milliseconds
        let request = InitProducerIDRequest(
            transactionalID: transactionalID, transactionTimeoutMilliseconds: life.plan.transactionTimeout)
        while true {
            let answer: InitProducerIDResponse = try persist(request, on: producing, until: deadline)
            switch answer.errorCode {
            case .none:
                producer = ProducerSide()
                (producer.id, producer.epoch) = (answer.producerID, answer.producerEpoch)
                life.tell("\(name) writes as producer \(answer.producerID), epoch \(answer.producerEpoch)")
                return
            case .concurrentTransactions, .coordinatorLoadInProgress, .notCoordinator:
                guard life.elapsed < deadline else { throw .late("InitProducerId") }
                life.pass(50)
            default: throw KafkaError(answer.errorCode, "InitProducerId", isFatal: true)
            }
        }
    }

    func beginTransaction() throws(KafkaError) {
        if isDead { throw .dead }
        if let fatal = producer.fatal { throw fatal }
        guard !producer.isOpen else { throw KafkaError(code: .state, message: "a transaction is open", isFatal: true) }
        producer.isOpen = true
    }

    func produce(
        to topic: TopicHandle, partition: Int32, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?,
        timestamp: Int64?, headers: [RecordHeader]
    ) throws(KafkaError) {
        if isDead { throw .dead }
        if let fatal = producer.fatal { throw fatal }
        guard producer.isOpen else { throw KafkaError(code: .state, message: "no transaction has begun") }
        let place = Place(topic: topicName(TopicNumber(rawValue: topic.index)), partition: partition)
        let record = WireRecord(
            timestamp: timestamp ?? life.wallClock, key: key.map { Array($0) }, value: value.map { Array($0) },
            headers: headers.map { ($0.name, $0.value) })
        if let index = producer.waiting.firstIndex(where: { $0.place == place }) {
            producer.waiting[index].records.append(record)
        } else {
            producer.waiting.append((place, [record]))
        }
        // Some of it goes out while the service still works.
        if life.random.chance(0.1) { flush() }
        if isDead { throw .dead }
    }

    /// Sends what waits. What goes wrong is kept for the call that depends on it.
    private func flush() {
        while let (place, records) = producer.waiting.first, producer.failure == nil, producer.fatal == nil {
            producer.waiting.removeFirst()
            do throws(KafkaError) {
                try add(place)
                try deliver(records, to: place)
            } catch {
                if producer.fatal == nil {
                    producer.hasGap = true
                    producer.failure = KafkaError(
                        code: error.code, message: error.message, mustAbortTransaction: true)
                }
            }
        }
    }

    private func add(_ place: Place) throws(KafkaError) {
        if ownEpochs { producer.isBegun = true }
        if ownEpochs || producer.added.contains(place) { return }
        let request = AddPartitionsToTxnRequest(
            transactionalID: transactionalID, producerID: producer.id, producerEpoch: producer.epoch,
            topics: [place].byTopic)
        try settle("AddPartitionsToTxn", within: deliveryTimeout) { () throws(KafkaError) -> ErrorCode in
            let answer: AddPartitionsToTxnResponse = try persist(
                request, on: producing, until: life.elapsed + deliveryTimeout)
            return answer.topics.first?.partitions.first?.errorCode ?? .unknownServerError
        }
        producer.added.insert(place)
        producer.isBegun = true
    }

    private func deliver(_ records: [WireRecord], to place: Place) throws(KafkaError) {
        let sequence = producer.sequences[place] ?? 0
        let request: ProduceRequest
        do {
            request = ProduceRequest(
                transactionalID: transactionalID, acks: -1, timeoutMilliseconds: 5_000,
                topics: [
                    .init(
                        name: place.topic,
                        partitions: [
                            .init(
                                index: place.partition,
                                records: try WireBatches.make(
                                    records, producerID: producer.id, epoch: producer.epoch, sequence: sequence,
                                    isTransactional: true))
                        ])
                ])
        } catch {
            throw KafkaError(code: .invalidArgument, message: "\(error)")
        }
        // From now on the sequence is used up, whatever becomes of it.
        producer.sequences[place] = sequence + Int32(records.count)
        var offset: Int64 = -1
        try settle("Produce to \(place)", within: deliveryTimeout) { () throws(KafkaError) -> ErrorCode in
            let answer: ProduceResponse = try persist(request, on: producing, until: life.elapsed + deliveryTimeout)
            let part = answer.topics.first?.partitions.first
            offset = part?.baseOffset ?? -1
            return part?.errorCode ?? .unknownServerError
        }
        producer.acknowledged[place.topic, default: [:]][place.partition] = offset + Int64(records.count)
    }

    /// Makes a request again while the answer says that something else has to end first.
    private func settle(
        _ what: String, within limit: Int64, _ ask: () throws(KafkaError) -> ErrorCode
    ) throws(KafkaError) {
        let deadline = life.elapsed + limit
        while true {
            let code = try ask()
            switch code {
            case .none: return
            case .concurrentTransactions, .coordinatorLoadInProgress, .kafkaStorageError, .notEnoughReplicas:
                guard life.elapsed < deadline else { throw .late(what) }
                life.pass(20)
            case .producerFenced, .invalidProducerEpoch, .invalidProducerIDMapping, .transactionCoordinatorFenced:
                life.coverage[.fencings] += 1
                life.tell("\(name) is fenced in \(what): \(code)")
                let error = KafkaError(code, what, isFatal: true)
                producer.fatal = error
                throw error
            case .outOfOrderSequenceNumber, .unknownProducerID:
                // As librdkafka: the next epoch begins with the next transaction, which is for the next run here.
                let error = KafkaError(code, what, isFatal: true)
                producer.fatal = error
                throw error
            case .illegalGeneration, .unknownMemberID, .rebalanceInProgress, .fencedInstanceID:
                life.coverage[.refusedOffsets] += 1
                life.tell("\(name) is refused in \(what): \(code)")
                refused(code)
                throw KafkaError(code, what, mustAbort: true)
            default: throw KafkaError(code, what, mustAbort: true)
            }
        }
    }

    private func checkOpen() throws(KafkaError) {
        if isDead { throw .dead }
        if let fatal = producer.fatal { throw fatal }
        if let failure = producer.failure { throw failure }
        guard producer.isOpen else { throw KafkaError(code: .state, message: "no transaction has begun") }
    }

    func sendOffsets(_ offsets: [Place: Int64]) throws(KafkaError) {
        try checkOpen()
        if offsets.isEmpty { return }
        if !ownEpochs { try addGroup() }
        producer.isBegun = true
        let request = TxnOffsetCommitRequest(
            transactionalID: transactionalID, groupID: group, producerID: producer.id,
            producerEpoch: producer.epoch, generationID: member.committer.generation,
            memberID: member.committer.memberID,
            topics: offsets.keys.byTopic.map { topic in
                .init(
                    name: topic.name,
                    partitions: topic.partitions.map {
                        .init(partitionIndex: $0, committedOffset: offsets[Place(topic: topic.name, partition: $0)]!)
                    })
            })
        try settle("TxnOffsetCommit", within: 30_000) { () throws(KafkaError) -> ErrorCode in
            let answer: TxnOffsetCommitResponse = try persist(request, on: producing, until: life.elapsed + 30_000)
            return answer.topics.flatMap(\.partitions).first { $0.errorCode != .none }?.errorCode ?? .none
        }
    }

    private func addGroup() throws(KafkaError) {
        let request = AddOffsetsToTxnRequest(
            transactionalID: transactionalID, producerID: producer.id, producerEpoch: producer.epoch, groupID: group)
        try settle("AddOffsetsToTxn", within: 30_000) { () throws(KafkaError) -> ErrorCode in
            let answer: AddOffsetsToTxnResponse = try persist(request, on: producing, until: life.elapsed + 30_000)
            return answer.errorCode
        }
    }

    func commitTransaction(timeout: Duration) throws(KafkaError) {
        if !producer.isEnding { flush() }
        try checkOpen()
        if producer.isBegun {
            producer.isEnding = true
            try end(commits: true, timeout)
        }
        life.coverage[.commits] += 1
        endTransaction()
    }

    func abortTransaction(timeout: Duration) throws(KafkaError) {
        if isDead { throw .dead }
        if let fatal = producer.fatal { throw fatal }
        producer.waiting.removeAll()
        if producer.isBegun { try end(commits: false, timeout) }
        if producer.hasGap { try raiseEpoch(timeout) }
        life.coverage[.aborts] += 1
        endTransaction()
    }

    /// Another epoch of the same identity (KIP-360).
    private func raiseEpoch(_ timeout: Duration) throws(KafkaError) {
        let request = InitProducerIDRequest(
            transactionalID: transactionalID, transactionTimeoutMilliseconds: life.plan.transactionTimeout,
            producerID: producer.id,
            producerEpoch: producer.epoch)
        let limit = timeout.milliseconds
        try settle("InitProducerId", within: limit) { () throws(KafkaError) -> ErrorCode in
            let answer: InitProducerIDResponse = try persist(request, on: producing, until: life.elapsed + limit)
            if answer.errorCode == .none { begin(id: answer.producerID, epoch: answer.producerEpoch) }
            return answer.errorCode
        }
    }

    private func begin(id: Int64, epoch: Int16) {
        (producer.id, producer.epoch) = (id, epoch)
        producer.sequences.removeAll()
        producer.hasGap = false
    }

    private func end(commits: Bool, _ timeout: Duration) throws(KafkaError) {
        let request = EndTxnRequest(
            transactionalID: transactionalID, producerID: producer.id, producerEpoch: producer.epoch,
            committed: commits)
        let limit = timeout.milliseconds
        try settle(commits ? "commit" : "abort", within: limit) { () throws(KafkaError) -> ErrorCode in
            let answer: EndTxnResponse = try persist(request, on: producing, until: life.elapsed + limit)
            if ownEpochs, answer.errorCode == .none { begin(id: answer.producerID, epoch: answer.producerEpoch) }
            return answer.errorCode
        }
    }

    private func endTransaction() {
        (producer.isOpen, producer.isBegun, producer.isEnding, producer.failure) = (false, false, false, nil)
        producer.added.removeAll()
        producer.waiting.removeAll()
    }

    func takeDeliveredOffsets(of topic: TopicHandle) -> [Int32: Int64] {
        producer.acknowledged.removeValue(forKey: topicName(TopicNumber(rawValue: topic.index))) ?? [:]
    }
}
