import KafkaProtocol

// What became of batches.
extension ProducerCore {
    /// A request's answer, or that it has none.
    func returned(
        _ sent: [(PartitionSender, ProducedBatch)], from broker: Int32,
        _ result: Result<Answer<ProduceResponse>, RequestFailure>
    ) {
        requests[broker, default: 1] -= 1
        for (sender, batch) in sent {
            sender.inFlight -= 1
            batch.isOnWire = false
        }
        switch result {
        case .success(let answer):
            var found: [TopicPartition: ProduceResponse.Partition] = [:]
            for topic in answer.body.topics {
                for part in topic.partitions { found[TopicPartition(topic: topic.name, partition: part.index)] = part }
            }
            for (sender, batch) in sent {
                guard let part = found[sender.name] else {
                    lost(batch, ClientError(.protocolViolation, "the answer has nothing of \(sender.name)"), sender)
                    continue
                }
                answered(batch, part, sender)
            }
        case .failure(let failure):
            for (sender, batch) in sent {
                if failure.mayHaveHappened { batch.mayBeWritten = true }
                lost(batch, failure.error, sender)
            }
            if failure.error.code != .closed { access.refreshMetadata() }
        }
        for (sender, _) in sent { endExpired(sender) }
        pump()
        transaction?.returned()
    }

    private func answered(_ batch: ProducedBatch, _ part: ProduceResponse.Partition, _ sender: PartitionSender) {
        guard !batch.isDone else { return }
        let error = part.errorCode
        switch error {
        case .none, .duplicateSequenceNumber:
            // Of a batch that is older than the five that it remembers, a broker does not know the offset.
            sender.failures = 0
            sender.isAccepted = !sender.isRewinding
            batch.mayBeWritten = false
            finish(batch, .success(error == .none ? part.baseOffset : -1), sender)
        case .outOfOrderSequenceNumber, .unknownProducerID, .invalidProducerEpoch:
            guard sender.isOldest(batch) else { return again(sender) }
            sequenceLost(batch, error, sender)
        case .producerFenced, .transactionalIDAuthorizationFailed, .clusterAuthorizationFailed,
            .invalidProducerIDMapping, .transactionCoordinatorFenced:
            fail(ClientError(error, part.errorMessage, context: "\(sender.name)").fatal)
        case .concurrentTransactions: again(sender, after: TransactionCore.concurrentBackoff)
        case _ where error.isRetriable:
            // The leader has written it, and does not know whether it stays.
            if error == .requestTimedOut || error == .notEnoughReplicasAfterAppend { batch.mayBeWritten = true }
            if error.isStaleMetadata { access.refreshMetadata() }
            again(sender)
        default:
            refused(batch, ClientError(error, part.errorMessage, context: "\(sender.name)"), sender)
        }
    }

    /// No answer came.
    private func lost(_ batch: ProducedBatch, _ error: ClientError, _ sender: PartitionSender) {
        guard !batch.isDone else { return }
        guard !error.isFatal, error.code != .authentication, error.code != .unsupportedFeature,
            error.code != .closed
        else {
            return refused(batch, error, sender)
        }
        again(sender)
    }

    /// Sends the partition's batches again, from the oldest on.
    private func again(_ sender: PartitionSender, after delay: Int64? = nil) {
        guard !sender.isRewinding else { return }
        sender.isRewinding = true
        sender.isAccepted = false
        sender.failures += 1
        sender.blockedUntil =
            access.now.monotonic
            + (delay
                ?? access.random.backoff(
                    base: access.settings.retryBackoffMilliseconds,
                    limit: access.settings.retryBackoffMaximumMilliseconds, attempt: sender.failures))
    }

    /// The batch will not be tried again.
    func refused(_ batch: ProducedBatch, _ error: ClientError, _ sender: PartitionSender) {
        guard !batch.isDone else { return }
        let failure = BatchOutcome.Failure(error: error, mayBeWritten: batch.mayBeWritten)
        transaction?.failed(failure)
        gap(behind: batch, sender)
        finish(batch, .failure(failure), sender)
    }

    /// What the end of a batch that was not written leaves for those behind it.
    private func gap(behind batch: ProducedBatch, _ sender: PartitionSender) {
        guard let stamp = batch.stamp else { return }
        // The newest one, of which no copy can be under way: its sequence is free again.
        let next = Int32((Int64(stamp.sequence) + Int64(batch.recordCount)) & Int64(Int32.max))
        guard batch.mayBeWritten || next != sender.nextSequence else { return sender.nextSequence = stamp.sequence }
        wantsNewEpoch = true
        if sender.queue.contains(where: { !$0.isDone && $0 !== batch && $0.stamp != nil }) { again(sender) }
    }

    /// The broker does not have what comes before the oldest batch, so it has none of them.
    private func sequenceLost(_ batch: ProducedBatch, _ error: ErrorCode, _ sender: PartitionSender) {
        guard transaction == nil else {
            batch.mayBeWritten = false
            return refused(batch, ClientError(error, context: "\(sender.name)"), sender)
        }
        access.log(.warning, "\(sender.name): \(error.name), so the producer goes on in a new epoch")
        wantsNewEpoch = true
        sender.isSequenceLost = true
        again(sender)
    }

    /// Ends batches whose `delivery.timeout.ms` is over.
    func expire() {
        let limit = access.now.monotonic - settings.deliveryTimeoutMilliseconds
        for sender in senders {
            for batch in sender.queue where batch.createdAt <= limit && !batch.isReported && !batch.isDone {
                let error = ClientError(
                    .deliveryTimedOut, "not acknowledged within \(settings.deliveryTimeoutMilliseconds) ms",
                    context: "\(sender.name)")
                guard batch.isOnWire else {
                    refused(batch, error, sender)
                    continue
                }
                // Its answer still tells whether those behind it can go on.
                let failure = BatchOutcome.Failure(error: error, mayBeWritten: true)
                report(batch, .failure(failure))
                transaction?.failed(failure)
            }
            endExpired(sender)
        }
    }

    /// Those that were reported are not sent again.
    private func endExpired(_ sender: PartitionSender) {
        for batch in sender.queue where batch.isReported && !batch.isDone && !batch.isOnWire {
            let error = ClientError(.deliveryTimedOut, "its time is over", context: "\(sender.name)")
            gap(behind: batch, sender)
            finish(batch, .failure(.init(error: error, mayBeWritten: batch.mayBeWritten)), sender)
        }
        settle(sender)
    }
}
