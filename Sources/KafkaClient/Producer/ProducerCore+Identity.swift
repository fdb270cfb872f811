import KafkaProtocol

// Producer id and epoch, by which brokers tell a repeated batch from a new one.
extension ProducerCore {
    /// Gets an identity when the first batch wants one, and a new epoch when the old one is done with.
    func advanceIdentity() {
        guard settings.isIdempotent, transaction == nil, failure == nil else { return }
        switch identity {
        case .none: if senders.contains(where: { !$0.queue.isEmpty }) { ask() }
        case .asking: break
        case .known(let id, let epoch):
            guard wantsNewEpoch, !senders.contains(where: \.hasStamped) else { return }
            guard epoch < .max else { return ask() }
            begin(id: id, epoch: epoch + 1)
        }
    }

    /// Batches get their sequences from 0 on.
    func begin(id: Int64, epoch: Int16) {
        identity = .known(id: id, epoch: epoch)
        wantsNewEpoch = false
        for sender in senders {
            sender.nextSequence = 0
            sender.isAccepted = false
        }
    }

    private func ask() {
        identity = .asking
        let options = RequestOptions(clientID: settings.clientID, deadline: .max)
        access.send(
            InitProducerIDRequest { $0.transactionTimeoutMilliseconds = .max }, to: .anyBroker, options,
            check: { $0.errorCode }
        ) { [weak self] result in
            self?.identityAnswered(result)
        }
    }

    private func identityAnswered(_ result: Result<Answer<InitProducerIDResponse>, RequestFailure>) {
        guard failure == nil else { return }
        switch result {
        case .success(let answer) where answer.body.errorCode == .none:
            begin(id: answer.body.producerID, epoch: answer.body.producerEpoch)
            pump()
        case .success(let answer) where answer.body.errorCode.isRetriable:
            identity = .none
            access.schedule(at: access.now.monotonic + access.settings.retryBackoffMilliseconds) { [weak self] in
                self?.pump()
            }
        case .success(let answer): fail(ClientError(answer.body.errorCode, context: "InitProducerId").fatal)
        case .failure(let failure): fail(failure.error.fatal)
        }
    }
}
