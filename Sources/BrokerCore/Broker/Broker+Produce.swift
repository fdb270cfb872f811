import KafkaProtocol
import KafkaRecords
import NIOCore

/// Produce: batches go to the ends of their partitions and are acknowledged once they are durable.
extension Broker {
    func produce(_ context: RequestContext, _ request: ProduceRequest) {
        guard commits.stalled.isEmpty, hasRoomToAppend else {
            commits.stalled.append((context, request))
            return
        }
        appendProduced(context, request)
    }

    /// Whether another produce request may add to the pending commit. What waits is bounded by what the connections may
    /// have outstanding.
    private var hasRoomToAppend: Bool {
        commits.pending.byteCount < settings.maximumCommitBytes
            && commits.fullFiles < 6
            && tails.bytes < settings.tailCacheBytes * 2
    }

    func resumeStalledProduces() {
        while failure == nil, hasRoomToAppend, let (context, request) = commits.stalled.popFirst() {
            appendProduced(context, request)
        }
    }

    private func appendProduced(_ context: RequestContext, _ request: ProduceRequest) {
        var response = ProduceResponse()
        response.topics.reserveCapacity(request.topics.count)
        let acksAreValid = (-1...1).contains(request.acks)
        let transaction = request.transactionalID.map {
            TransactionCoordinator.ProduceCheck(id: $0, adds: context.header.version >= 12)
        }
        for topic in request.topics {
            var answer = TopicPartitions<ProduceResponse.Partition>(name: topic.name)
            answer.partitions.reserveCapacity(topic.partitions.count)
            for partition in topic.partitions {
                answer.partitions.append(
                    acksAreValid
                        ? produce(topic: topic.name, partition, transaction: transaction)
                        : .init {
                            $0.index = partition.index
                            $0.errorCode = .invalidRequiredAcks
                            $0.baseOffset = -1
                        })
            }
            response.topics.append(answer)
        }
        guard request.acks != 0 else { return finishWithoutAnswer(context, response) }
        respondWhenDurable(context, response)
    }

    /// A producer that asked for no answer notices a failure only if its connection is closed, as Kafka does too.
    private func finishWithoutAnswer(_ context: RequestContext, _ response: ProduceResponse) {
        effects.append(.noResponse(context.token))
        for topic in response.topics {
            for partition in topic.partitions where partition.errorCode != .none {
                let reason =
                    "\(topic.name)-\(partition.index) refused a batch sent with acks=0: \(partition.errorCode.name)"
                effects.append(.close(connection: context.token.connection, reason: reason))
                return
            }
        }
    }

    private func produce(
        topic: String, _ request: ProduceRequest.Partition, transaction: TransactionCoordinator.ProduceCheck?
    ) -> ProduceResponse.Partition {
        var answer = ProduceResponse.Partition { $0.index = request.index }
        func refuse(_ code: ErrorCode, _ message: String? = nil) -> ProduceResponse.Partition {
            answer.errorCode = code
            answer.errorMessage = message
            answer.baseOffset = -1
            return answer
        }
        guard let log = partition(topic, request.index) else { return refuse(.unknownTopicOrPartition) }
        guard !InternalLog.isInternal(log.id) else {
            return refuse(.invalidTopicException, "\(topic) is the broker's own to write")
        }
        answer.logStartOffset = log.startOffset
        if let damage = log.damage { return refuse(.kafkaStorageError, damage) }

        let batch: RecordBatch
        do {
            batch = try RecordBatch.produced(
                request.records,
                limits: .init(
                    maximumBatchBytes: log.config.maxMessageBytes,
                    maximumDecompressedBytes: settings.maximumDecompressedBytes, requiresKeys: log.config.compacts,
                    usesLogAppendTime: log.config.usesLogAppendTime))
        } catch {
            answer.recordErrors = error.recordIndexes.map {
                record in
                .init {
                    $0.batchIndex = Int32(clamping: record)
                    $0.batchIndexErrorMessage = error.recordMessage
                }
            }
            return refuse(error.errorCode, "\(error)")
        }
        if batch.header.attributes.isTransactional {
            guard let transaction else {
                return refuse(.transactionalIDAuthorizationFailed, "a transactional batch without a transactional id")
            }
            let code = admit(batch.header, to: log, transaction)
            if code != .none { return refuse(code) }
        }
        switch log.producers.check(batch.header) {
        case .refuse(let code): return refuse(code)
        case .duplicate(let baseOffset, let timestamp):
            answer.baseOffset = baseOffset
            answer.logAppendTimeMilliseconds = timestamp
        case .append:
            var stamped = batch
            if log.config.usesLogAppendTime {
                stamped.setLogAppendTime(now.wall)
                answer.logAppendTimeMilliseconds = now.wall
            }
            answer.baseOffset = append(stamped, to: log)
        }
        return answer
    }
}
