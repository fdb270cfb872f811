import BrokerStorage
import KafkaProtocol

/// Fetch: answers at once if there is enough to read, else as soon as there is or the wait is over.
extension Broker {
    func fetch(_ context: RequestContext, _ request: FetchRequest) {
        // Sessions are not kept: a full answer with session 0 tells the client to go on with full requests. A request
        // is full by its epoch, 0 to begin a session or -1 to do without; a session that it names is closed by it
        // (KIP-227).
        guard (-1...0).contains(request.sessionEpoch) else {
            return respond(context, FetchResponse { $0.errorCode = .fetchSessionIDNotFound })
        }
        var parts: [PendingFetch.Part] = []
        for (index, topic) in request.topics.enumerated() {
            let name = topic.topicID == .none ? topic.topic : topicName(topic.topicID)
            for wanted in topic.partitions {
                parts.append(
                    .init(
                        topicIndex: index, topicID: topic.topicID,
                        log: name.flatMap { partition($0, wanted.partition) },
                        missing: name == nil ? .unknownTopicID : .unknownTopicOrPartition, request: wanted,
                        // Never null: librdkafka takes null records of a failed partition for a protocol error.
                        response: .init { $0.partitionIndex = wanted.partition }))
            }
        }
        let wait = min(Int64(request.maxWaitMilliseconds), settings.maximumFetchWaitMilliseconds)
        let step = fetches.begin(
            PendingFetch(context.token, request, parts), mayWait: wait > 0 && !parts.isEmpty,
            atMost: settings.maximumFetchBytes)
        if case .wait(let id) = step {
            timers.set(.fetch(id), at: now.monotonic + wait)
        } else {
            follow(step)
        }
    }

    private func follow(_ step: Fetches.Step) {
        switch step {
        case .wait: break
        case .read(let wanted): for request in wanted { read(request) }
        case .answer(let fetch): effects.append(.respond(fetch.token, fetch.response))
        }
    }

    /// Looks again at the fetches that wait for logs that have advanced.
    func wakeFetches() {
        while !fetches.advanced.isEmpty {
            for log in fetches.takeAdvanced() {
                for id in log.waiters {
                    guard let step = fetches.reconsider(id, atMost: settings.maximumFetchBytes) else { continue }
                    timers.cancel(.fetch(id))
                    follow(step)
                }
            }
        }
    }

    /// The wait is over: answers with what there is.
    func finishFetch(_ id: UInt64) {
        if let step = fetches.finish(id, atMost: settings.maximumFetchBytes) { follow(step) }
    }

    func finishFetchPart(_ id: UInt64, _ part: Int, _ result: Result<LogRead, StorageError>) {
        if case .failure(let error) = result { note(.error, "a segment cannot be read: \(error)") }
        if let fetch = fetches.finishRead(id, part, result) { effects.append(.respond(fetch.token, fetch.response)) }
    }

    /// Forgets the fetches of a connection that is gone.
    func dropFetches(of connection: UInt64) {
        for id in fetches.drop(connection: connection) { timers.cancel(.fetch(id)) }
    }
}
