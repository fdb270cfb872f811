import KafkaProtocol

/// Where to begin.
extension ConsumerCore {
    // MARK: The group's offset

    func findCommitted() {
        let states = due { $0.stage == .findingCommitted }
        guard !states.isEmpty else { return }
        let turns = ask(for: states)
        fetchCommitted(states.map(\.place), until: nil) { [weak self] results in
            guard let self else { return }
            for (place, turn) in turns {
                switch results[place] {
                case .success(let committed?): found(committed, place, turn)
                case .success(nil), nil: reset(place, turn, "nothing is committed")
                case .failure(let error): failed(place, turn, error)
                }
            }
            settle()
        }
    }

    private func found(_ committed: CommittedOffset, _ place: TopicPartition, _ turn: UInt64) {
        answered(place, turn) { $0.moveTo(committed.offset, epoch: committed.leaderEpoch, turn: turn) }
    }

    /// Begins as `auto.offset.reset` says, as there is no offset to begin at.
    func reset(_ place: TopicPartition, _ turn: UInt64?, _ reason: String) {
        guard let time = settings.offsetReset.timestamp else {
            let error = ClientError(
                .offsetOutOfRange, "\(reason), and auto.offset.reset is none", context: "\(name): \(place)")
            return failed(place, turn, error)
        }
        answered(place, turn) { state in
            access.log(.info, "\(name): \(place): \(reason): beginning at the \(settings.offsetReset.rawValue) offset")
            state.find(.findingOffset(time: time), turn: state.turn)
        }
    }

    // MARK: An offset by time

    func findOffsets() {
        let states = due { if case .findingOffset = $0.stage { true } else { false } }
        guard !states.isEmpty else { return }
        let turns = ask(for: states)
        var times: [TopicPartition: Int64] = [:]
        for state in states { if case .findingOffset(let time) = state.stage { times[state.place] = time } }
        OffsetQuery.start(
            times, isolation: settings.isolation, clientID: settings.clientID,
            deadline: now + access.settings.requestTimeoutMilliseconds, access
        ) { [weak self] results in
            guard let self else { return }
            for (place, turn) in turns {
                switch results[place] {
                case .success(let listed):
                    let leader = access.metadata.leader(place.topic, place.partition)
                    answered(place, turn) { state in
                        state.moveTo(listed.offset, epoch: listed.leaderEpoch, turn: turn)
                        state.validatedEpoch = leader?.epoch ?? -1
                    }
                case .failure(let error): failed(place, turn, error)
                case nil: failed(place, turn, ClientError(.timedOut, "no offset was found"))
                }
            }
            settle()
        }
    }

    // MARK: Has the log lost what was read? (KIP-320)

    /// Where a new leader has taken over, its log may end before our position: then what we read is gone.
    func validate() {
        var byLeader: [Int32: [(state: PartitionState, leader: PartitionLeader)]] = [:]
        for state in due({ $0.stage == .reading || $0.stage == .validating }) {
            guard let leader = access.metadata.leader(state.place.topic, state.place.partition),
                leader.epoch > state.validatedEpoch || state.stage == .validating
            else { continue }
            guard leader.epoch >= 0, state.fetchEpoch >= 0 else {
                change(state.place) { $0.validatedEpoch = leader.epoch }
                continue
            }
            byLeader[leader.broker, default: []].append((state, leader))
        }
        for (broker, asked) in byLeader { validate(asked, broker) }
    }

    private func validate(_ asked: [(state: PartitionState, leader: PartitionLeader)], _ broker: Int32) {
        let turns = ask(for: asked.map(\.state))
        for (state, _) in asked { change(state.place) { $0.stage = .validating } }
        let epochs = Dictionary(uniqueKeysWithValues: asked.map { ($0.state.place, $0.leader.epoch) })
        let request = OffsetForLeaderEpochRequest {
            $0.replicaID = -1
            $0.topics = asked.map(\.state.place).byTopic.mapPartitions { topic, number in
                let place = TopicPartition(topic: topic, partition: number)
                return .init {
                    $0.partition = number
                    $0.currentLeaderEpoch = epochs[place] ?? -1
                    $0.leaderEpoch = partitions[place]?.fetchEpoch ?? -1
                }
            }
        }
        access.send(request, to: .broker(broker), options(retries: false)) { [weak self] result in
            guard let self else { return }
            switch result {
            case .success(let answer):
                for topic in answer.body.topics {
                    for end in topic.partitions {
                        let place = TopicPartition(topic: topic.name, partition: end.partition)
                        if let turn = turns[place] { validated(place, turn, end, leaderEpoch: epochs[place] ?? -1) }
                    }
                }
                // Those that the answer leaves out.
                for (place, turn) in turns where partitions[place]?.isAsking == true {
                    failed(place, turn, ClientError(.networkException, "the broker says nothing of \(place)"))
                }
            case .failure(let failure) where failure.error.code == .unsupportedFeature:
                // An old broker: its log is taken as it is.
                for (place, turn) in turns { answered(place, turn) { $0.isRight(by: epochs[place] ?? -1) } }
            case .failure(let failure):
                for (place, turn) in turns { failed(place, turn, failure.error.retriable) }
                access.refreshMetadata()
            }
            settle()
        }
    }

    private func validated(
        _ place: TopicPartition, _ turn: UInt64, _ end: OffsetForLeaderEpochResult, leaderEpoch: Int32
    ) {
        guard end.errorCode == .none else { return failed(place, turn, ClientError(end.errorCode)) }
        guard let state = partitions[place], state.turn == turn else { return }
        guard end.endOffset >= 0, end.leaderEpoch >= 0 else {
            return reset(place, turn, "the log knows nothing of leader epoch \(state.fetchEpoch)")
        }
        guard end.endOffset < state.fetchOffset else {
            return answered(place, turn) { $0.isRight(by: leaderEpoch) }
        }
        let reason = "the log was cut at offset \(end.endOffset), before \(state.fetchOffset)"
        guard settings.offsetReset != .none else { return reset(place, turn, reason) }
        access.log(.warning, "\(name): \(place): \(reason): going on there")
        answered(place, turn) { state in
            // What was read ahead from the log that is gone must not be handed out.
            if state.position <= end.endOffset {
                state.moveTo(state.position, epoch: state.positionEpoch, turn: takeTurn())
            } else {
                state.moveTo(end.endOffset, epoch: end.leaderEpoch, turn: takeTurn())
            }
            state.validatedEpoch = leaderEpoch
        }
    }
}

extension ClientError {
    /// The same error, as one that passes.
    var retriable: ClientError { ClientError(code, message, context: context, isRetriable: true) }
}
