import KafkaProtocol

/// The timestamps that ListOffsets takes for something else.
enum ListedTime {
    static let end: Int64 = -1
    static let beginning: Int64 = -2
}

/// What ListOffsets found in a partition.
struct ListedOffset: Hashable, Sendable {
    /// -1 where no record has such a timestamp.
    var offset: Int64
    /// Of that record; -1 for the beginning and the end.
    var timestamp: Int64
    var leaderEpoch: Int32
}

/// Asks the leaders of partitions for offsets: the beginning, the end, or the first at or after a time (ListOffsets).
///
/// It goes on until each partition has an offset, was refused, or the deadline is over. Leaders that move are followed.
final class OffsetQuery {
    typealias Results = [TopicPartition: Result<ListedOffset, ClientError>]

    private unowned let access: any ClusterAccess
    private let clientID: String
    private let isolation: IsolationLevel
    private let deadline: Int64
    private let done: (Results) -> Void

    private var wanted: [TopicPartition: Int64]
    /// Those that no request is on its way for.
    private var waiting: Set<TopicPartition>
    private var lastErrors: [TopicPartition: ClientError] = [:]
    private var results: Results = [:]
    private var attempts = 0
    private var follower: FollowerID?
    private var timers: [TimerID] = []
    private var retryTimer: TimerID?

    /// - Parameters:
    ///   - times: milliseconds since 1970, or of ``ListedTime``.
    ///   - deadline: monotonic, in milliseconds.
    ///   - done: called once, with a result for each of the partitions.
    private init(
        _ times: [TopicPartition: Int64], isolation: IsolationLevel, clientID: String, deadline: Int64,
        _ access: any ClusterAccess, then done: @escaping (Results) -> Void
    ) {
        self.access = access
        self.clientID = clientID
        self.isolation = isolation
        self.deadline = deadline
        self.done = done
        wanted = times
        waiting = Set(times.keys)
    }

    /// Starts a query, which is kept until it has called `done`.
    static func start(
        _ times: [TopicPartition: Int64], isolation: IsolationLevel, clientID: String, deadline: Int64,
        _ access: any ClusterAccess, then done: @escaping (Results) -> Void
    ) {
        let query = OffsetQuery(
            times, isolation: isolation, clientID: clientID, deadline: deadline, access, then: done)
        query.follower = access.follow(.named(Set(times.keys.map(\.topic)))) { query.ask() }
        query.timers.append(access.schedule(at: deadline) { query.expire() })
        // Not inside the caller's call.
        query.timers.append(access.schedule(at: access.now.monotonic) { query.ask() })
    }

    private func ask() {
        if wanted.isEmpty { return finish() }
        var byLeader: [Int32: [(place: TopicPartition, epoch: Int32)]] = [:]
        for place in waiting.sorted() {
            if let leader = access.metadata.leader(place.topic, place.partition) {
                byLeader[leader.broker, default: []].append((place, leader.epoch))
            } else if let known = access.metadata.topics[place.topic], known.error == .topicAuthorizationFailed {
                settle(place, .failure(ClientError(known.error, context: "offsets of \(place)")))
            } else {
                lastErrors[place] = ClientError(
                    .leaderNotAvailable, "no leader is known", context: "offsets of \(place)")
            }
        }
        if wanted.isEmpty { return finish() }
        for (broker, places) in byLeader.sorted(by: { $0.key < $1.key }) { send(places, to: broker) }
        if !waiting.isEmpty { retryLater() }
    }

    private func send(_ places: [(place: TopicPartition, epoch: Int32)], to broker: Int32) {
        waiting.subtract(places.map(\.place))
        let epochs = Dictionary(uniqueKeysWithValues: places.map { ($0.place, $0.epoch) })
        let request = ListOffsetsRequest {
            $0.replicaID = -1
            $0.isolationLevel = isolation.rawValue
            $0.topics = places.map(\.place).byTopic.mapPartitions { topic, partition in
                let place = TopicPartition(topic: topic, partition: partition)
                return .init {
                    $0.partitionIndex = partition
                    $0.currentLeaderEpoch = epochs[place] ?? -1
                    $0.timestamp = wanted[place] ?? ListedTime.end
                }
            }
        }
        access.send(
            request, to: .broker(broker), RequestOptions(clientID: clientID, deadline: deadline, retries: false)
        ) { [self] result in
            switch result {
            case .success(let answer): take(answer.body, places.map(\.place))
            case .failure(let failure):
                for (place, _) in places { refuse(place, failure.error) }
            }
            if wanted.isEmpty { finish() } else if !waiting.isEmpty { retryLater() }
        }
    }

    private func take(_ answer: ListOffsetsResponse, _ asked: [TopicPartition]) {
        var unanswered = Set(asked)
        for topic in answer.topics {
            for found in topic.partitions {
                let place = TopicPartition(topic: topic.name, partition: found.partitionIndex)
                guard unanswered.remove(place) != nil else { continue }
                if found.errorCode == .none {
                    let offset = ListedOffset(
                        offset: found.offset, timestamp: found.timestamp, leaderEpoch: found.leaderEpoch)
                    settle(place, .success(offset))
                } else {
                    refuse(place, ClientError(found.errorCode, context: "offsets of \(place)"))
                }
            }
        }
        for place in unanswered {
            refuse(place, ClientError(.protocolViolation, "the broker says nothing of \(place)"))
        }
    }

    private func refuse(_ place: TopicPartition, _ error: ClientError) {
        guard wanted[place] != nil else { return }
        guard error.isRetriable else { return settle(place, .failure(error)) }
        lastErrors[place] = error
        waiting.insert(place)
    }

    private func settle(_ place: TopicPartition, _ result: Result<ListedOffset, ClientError>) {
        guard wanted.removeValue(forKey: place) != nil else { return }
        waiting.remove(place)
        results[place] = result
    }

    private func retryLater() {
        guard retryTimer == nil else { return }
        access.refreshMetadata()
        attempts += 1
        let wait = access.random.backoff(
            base: access.settings.retryBackoffMilliseconds, limit: access.settings.retryBackoffMaximumMilliseconds,
            attempt: attempts)
        retryTimer = access.schedule(at: access.now.monotonic + wait) { [self] in
            retryTimer = nil
            ask()
        }
    }

    private func expire() {
        for place in wanted.keys {
            let error = lastErrors[place] ?? ClientError(.timedOut, "no answer in time", context: "offsets of \(place)")
            settle(place, .failure(error))
        }
        finish()
    }

    private func finish() {
        guard let follower else { return }
        self.follower = nil
        access.unfollow(follower)
        for timer in timers + [retryTimer].compactMap(\.self) { access.cancel(timer) }
        done(results)
    }
}
