import KafkaProtocol
import KafkaRecords
import NIOCore

/// Producer ids and transactions: the coordinator decides, this writes and answers.
extension Broker {
    /// How many producer ids are reserved on disk at once.
    private static let producerIDBlock: Int64 = 1000

    /// A producer id that was never given out. When the reserve is used up, the reservation of the next goes with the
    /// pending commit, so the id may be given out only when that is durable.
    private func newProducerID() -> Int64 {
        if nextProducerID >= metadata.nextProducerID {
            change([.setNextProducerID(nextProducerID + Self.producerIDBlock)])
        }
        defer { nextProducerID += 1 }
        return nextProducerID
    }

    func initProducerID(_ context: RequestContext, _ request: InitProducerIDRequest) {
        guard (request.producerID == -1) == (request.producerEpoch == -1) else {
            return respond(context, InitProducerIDResponse(nil, errorCode: .invalidRequest))
        }
        guard let id = request.transactionalID else {
            let response = InitProducerIDResponse(ProducerIdentity(id: newProducerID(), epoch: 0))
            return respondWhenDurable(context, response)
        }
        func refuse(_ code: ErrorCode) {
            respond(context, InitProducerIDResponse(nil, errorCode: code))
        }
        guard !id.isEmpty else { return refuse(.invalidRequest) }
        let timeout = request.transactionTimeoutMilliseconds
        guard timeout > 0, timeout <= settings.maximumTransactionTimeoutMilliseconds else {
            return refuse(.invalidTransactionTimeout)
        }
        let expected =
            request.producerID >= 0 ? ProducerIdentity(id: request.producerID, epoch: request.producerEpoch) : nil
        var decision = transactions.initialize(id, timeout: timeout, expected: expected, newProducerID: nil, now: now)
        if decision == .needsProducerID {
            decision = transactions.initialize(
                id, timeout: timeout, expected: expected, newProducerID: newProducerID(), now: now)
        }
        switch decision {
        case .refuse(let code): refuse(fencedCode(code, context, newFrom: 4))
        case .needsProducerID: refuse(.unknownServerError)
        case .repeatAnswer(let identity):
            respondWhenDurable(context, InitProducerIDResponse(identity))
        case .initialize(let identity, let aborting):
            atomically {
                if let aborting { write(aborting) }
                if let transaction = transactions.transaction(id) {
                    append([TransactionRecord.record(transaction, outcome: nil)], to: .transactions)
                }
            }
            timers.cancel(.transaction(id))
            whenDurable(.initialized(context.token, transactionalID: id, identity, aborting))
        }
    }

    /// Newer versions of an API say PRODUCER_FENCED where older ones said INVALID_PRODUCER_EPOCH (KIP-588).
    private func fencedCode(_ code: ErrorCode, _ context: RequestContext, newFrom version: Int16) -> ErrorCode {
        code == .producerFenced && context.header.version < version ? .invalidProducerEpoch : code
    }

    func addPartitionsToTxn(_ context: RequestContext, _ request: AddPartitionsToTxnRequest) {
        let partitions = request.topics.flatMap { topic in
            topic.partitions.map { TopicPartition(topic: topic.name, partition: $0) }
        }
        let isKnown = partitions.allSatisfy { partition($0.topic, $0.partition) != nil }
        var code = ErrorCode.operationNotAttempted
        if isKnown {
            code = transactions.add(
                request.transactionalID, .init(id: request.producerID, epoch: request.producerEpoch),
                partitions: partitions, now: now)
            if code == .none { watchTimeout(of: request.transactionalID) }
            code = fencedCode(code, context, newFrom: 2)
        }
        var response = AddPartitionsToTxnResponse()
        response.topics = request.topics.mapPartitions { topic, index in
            .init(
                partitionIndex: index, errorCode: partition(topic, index) == nil ? .unknownTopicOrPartition : code)
        }
        respond(context, response)
    }

    func addOffsetsToTxn(_ context: RequestContext, _ request: AddOffsetsToTxnRequest) {
        guard !request.groupID.isEmpty else {
            return respond(context, AddOffsetsToTxnResponse { $0.errorCode = .invalidGroupID })
        }
        let code = transactions.add(
            request.transactionalID, .init(id: request.producerID, epoch: request.producerEpoch),
            groups: [request.groupID], now: now)
        if code == .none { watchTimeout(of: request.transactionalID) }
        respond(context, AddOffsetsToTxnResponse { $0.errorCode = fencedCode(code, context, newFrom: 2) })
    }

    func endTxn(_ context: RequestContext, _ request: EndTxnRequest) {
        let id = request.transactionalID
        let producer = ProducerIdentity(id: request.producerID, epoch: request.producerEpoch)
        let bumps = context.header.version >= 5
        var decision = transactions.end(id, producer, commit: request.committed, bumps: bumps, now: now)
        if decision == .needsProducerID {
            decision = transactions.end(
                id, producer, commit: request.committed, bumps: bumps, newProducerID: newProducerID(), now: now)
        }
        switch decision {
        case .refuse(let code):
            return respond(context, EndTxnResponse { $0.errorCode = fencedCode(code, context, newFrom: 2) })
        case .needsProducerID: return respond(context, EndTxnResponse { $0.errorCode = .unknownServerError })
        case .alreadyDone: break
        case .end(let ending): finish(ending)
        }
        respondWhenDurable(
            context,
            EndTxnResponse {
                guard bumps, let next = transactions.transaction(id) else { return }
                ($0.producerID, $0.producerEpoch) = (next.producerID, next.epoch)
            })
    }

    /// Writes everything that ends a transaction as one atomic step.
    private func finish(_ ending: TransactionCoordinator.Ending) {
        timers.cancel(.transaction(ending.transactionalID))
        atomically {
            write(ending)
            if let transaction = transactions.transaction(ending.transactionalID) {
                append([TransactionRecord.record(transaction, outcome: ending.commit)], to: .transactions)
            }
        }
        whenDurable(.ended(ending))
    }

    /// Appends the markers to every log that the transaction has written to.
    private func write(_ ending: TransactionCoordinator.Ending) {
        var targets = ending.partitions.compactMap { partition($0.topic, $0.partition) }
        if let offsets = logs[InternalLog.offsets.rawValue] { targets.append(offsets) }
        for log in targets {
            guard let entry = log.producers.entries[ending.producer.id], entry.transactionFirstOffset >= 0 else {
                continue
            }
            appendMarker(ending.commit ? .commit : .abort, ending.producer, to: log)
        }
    }

    func appendMarker(_ marker: TransactionMarker, _ producer: ProducerIdentity, to log: PartitionLog) {
        do {
            let batch = try marker.batch(
                baseOffset: 0, leaderEpoch: 0, producerID: producer.id, producerEpoch: producer.epoch,
                coordinatorEpoch: 0, timestamp: now.wall)
            let offset = append(batch, to: log)
            log.endTransaction(
                producerID: producer.id, epoch: producer.epoch, markerOffset: offset, committed: marker == .commit,
                now: now.wall)
        } catch {
            // A marker is built without compression, so there is nothing in it that can fail.
            preconditionFailure("a transaction marker could not be built: \(error)")
        }
    }

    /// The outcome is durable: offsets that were part of it count now, or never.
    func settle(_ ending: TransactionCoordinator.Ending) {
        if !ending.groups.isEmpty { endGroupTransaction(ending.producer.id, commit: ending.commit) }
    }

    /// Whether a transactional batch may be appended.
    func admit(
        _ batch: RecordBatchHeader, to log: PartitionLog, _ check: TransactionCoordinator.ProduceCheck
    ) -> ErrorCode {
        let producer = ProducerIdentity(id: batch.producerID, epoch: batch.producerEpoch)
        let code = transactions.admit(
            check.id, producer, to: .init(topic: log.topic, partition: log.partition), adds: check.adds, now: now)
        if code == .none { watchTimeout(of: check.id) }
        return code
    }

    // MARK: Timeouts

    func watchTimeout(of id: String) {
        guard let transaction = transactions.transaction(id), transaction.phase == .ongoing else { return }
        timers.setOnce(.transaction(id), at: transaction.deadline)
    }

    func expireTransaction(_ id: String) {
        guard let ending = transactions.expire(id, now: now) else { return watchTimeout(of: id) }
        note(.warning, "the transaction of \"\(id)\" took too long and is aborted")
        finish(ending)
    }

    // MARK: Tools

    func describeTransactions(_ context: RequestContext, _ request: DescribeTransactionsRequest) {
        var response = DescribeTransactionsResponse()
        response.results = request.transactionalIDs.map { id in
            guard let transaction = transactions.transaction(id) else {
                return .init {
                    $0.errorCode = .transactionalIDNotFound
                    $0.transactionalID = id
                }
            }
            return .init {
                $0.transactionalID = id
                $0.transactionState = transaction.phase.name
                $0.transactionTimeoutMilliseconds = transaction.timeoutMilliseconds
                $0.transactionStartTimeMilliseconds = transaction.phase == .ongoing ? transaction.startedAt : -1
                $0.producerID = transaction.producerID
                $0.producerEpoch = transaction.epoch
                $0.topics = TopicPartition.byTopic(transaction.partitions)
            }
        }
        respond(context, response)
    }

    func listTransactions(_ context: RequestContext, _ request: ListTransactionsRequest) {
        let known = [
            "Empty", "Ongoing", "PrepareCommit", "PrepareAbort", "CompleteCommit", "CompleteAbort", "Dead",
            "PrepareEpochFence",
        ]
        var response = ListTransactionsResponse()
        response.unknownStateFilters = request.stateFilters.filter { !known.contains($0) }
        for transaction in transactions.transactions.values.sorted(by: { $0.id < $1.id }) {
            let age = now.wall - transaction.startedAt
            guard request.stateFilters.isEmpty || request.stateFilters.contains(transaction.phase.name),
                request.producerIDFilters.isEmpty || request.producerIDFilters.contains(transaction.producerID),
                request.durationFilter < 0 || (transaction.phase == .ongoing && age > request.durationFilter)
            else { continue }
            response.transactionStates.append(
                .init {
                    $0.transactionalID = transaction.id
                    $0.producerID = transaction.producerID
                    $0.transactionState = transaction.phase.name
                })
        }
        respond(context, response)
    }

    func describeProducers(_ context: RequestContext, _ request: DescribeProducersRequest) {
        var response = DescribeProducersResponse()
        response.topics = request.topics.mapPartitions { topic, index in
            .init {
                $0.partitionIndex = index
                guard let log = partition(topic, index) else { return $0.errorCode = .unknownTopicOrPartition }
                $0.activeProducers = log.producers.entries.sorted { $0.key < $1.key }.map { id, entry in
                    .init {
                        $0.producerID = id
                        $0.producerEpoch = Int32(entry.epoch)
                        $0.lastSequence = entry.lastSequence
                        $0.lastTimestamp = entry.lastSeen
                        $0.currentTxnStartOffset = entry.transactionFirstOffset
                    }
                }
            }
        }
        respond(context, response)
    }
}

extension InitProducerIDResponse {
    /// - Parameter identity: nil if there is none to give.
    init(_ identity: ProducerIdentity?, errorCode: ErrorCode = .none) {
        self.init()
        self.errorCode = errorCode
        producerID = identity?.id ?? -1
        producerEpoch = identity?.epoch ?? -1
    }
}
