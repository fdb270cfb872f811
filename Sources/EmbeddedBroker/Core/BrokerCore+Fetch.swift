import KafkaProtocol
import NIOCore

/// A fetch that waits for data, or for the storage to read it.
struct PendingFetch {
    /// A partition of the fetch and its result so far.
    struct Part {
        var topicIndex: Int
        /// None where the topic is given by its name.
        var topicID: TopicID
        var log: PartitionLog?
        var request: FetchRequest.Partition
        var response: FetchResponse.Partition
        var isReading = false
        /// The aborted transactions as they were when the read began.
        var aborted: [TransactionIndex.Aborted]?
        /// How many bytes it could have at the last look, and how far.
        var available = 0
    }

    var context: RequestContext
    var request: FetchRequest
    var parts: [Part]
    var reads = 0
    var isRegistered = false
}

/// Fetch: answers at once if there is enough to read, else as soon as there is or the wait is over.
extension BrokerCore {
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
            for partition in topic.partitions {
                parts.append(
                    .init(
                        topicIndex: index, topicID: topic.topicID,
                        log: name.flatMap { self.partition($0, partition.partition) }, request: partition,
                        // Never null: librdkafka takes null records of a failed partition for a protocol error.
                        response: .init { $0.partitionIndex = partition.partition }))
            }
        }
        let id = nextFetchID
        nextFetchID += 1
        var fetch = PendingFetch(context: context, request: request, parts: parts)
        let (bytes, hasError) = survey(&fetch)
        fetches[id] = fetch
        let wait = min(Int64(request.maxWaitMilliseconds), settings.maximumFetchWaitMilliseconds)
        if hasError || bytes >= Int(request.minBytes) || wait <= 0 || parts.isEmpty {
            finishFetch(id)
        } else {
            register(id)
            timers.set(.fetch(id), at: now.monotonic + wait)
        }
    }

    /// Looks at what there is to read for every partition.
    private func survey(_ fetch: inout PendingFetch) -> (bytes: Int, hasError: Bool) {
        var bytes = 0
        var hasError = false
        for index in fetch.parts.indices {
            let code = surveyPart(&fetch.parts[index], committedOnly: fetch.request.isolationLevel == 1)
            if code != .none { hasError = true }
            bytes += fetch.parts[index].available
        }
        return (bytes, hasError)
    }

    private func surveyPart(_ part: inout PendingFetch.Part, committedOnly: Bool) -> ErrorCode {
        part.available = 0
        func refuse(_ code: ErrorCode) -> ErrorCode {
            part.response.errorCode = code
            part.response.highWatermark = -1
            part.response.lastStableOffset = -1
            part.response.logStartOffset = -1
            return code
        }
        guard let log = part.log, logs[log.id] === log else {
            let isGone = part.topicID != .none && topicName(part.topicID) == nil
            return refuse(isGone ? .unknownTopicID : .unknownTopicOrPartition)
        }
        guard log.damage == nil else { return refuse(.kafkaStorageError) }
        if let code = check(leaderEpoch: part.request.currentLeaderEpoch) { return refuse(code) }
        let end = log.readableEnd(committedOnly: committedOnly)
        part.response.errorCode = .none
        part.response.highWatermark = log.highWatermark
        part.response.lastStableOffset = log.lastStableOffset
        part.response.logStartOffset = log.startOffset
        let offset = part.request.fetchOffset
        guard offset >= log.startOffset, offset <= log.highWatermark else { return refuse(.offsetOutOfRange) }
        if offset < end {
            part.available = log.bytesAvailable(from: offset, to: end, atMost: Int(part.request.partitionMaxBytes))
        }
        return .none
    }

    private func register(_ id: UInt64) {
        guard var fetch = fetches[id], !fetch.isRegistered else { return }
        for part in fetch.parts { part.log?.waiters.append(id) }
        fetch.isRegistered = true
        fetches[id] = fetch
    }

    private func unregister(_ id: UInt64, _ fetch: PendingFetch) {
        guard fetch.isRegistered else { return }
        for part in fetch.parts { part.log?.waiters.removeAll { $0 == id } }
        timers.cancel(.fetch(id))
    }

    /// Looks again at the fetches that wait for logs that have advanced.
    func wakeFetches() {
        while !advancedLogs.isEmpty {
            let advanced = advancedLogs
            advancedLogs.removeAll(keepingCapacity: true)
            for log in advanced {
                for id in log.waiters { reconsider(id) }
            }
        }
    }

    private func reconsider(_ id: UInt64) {
        guard var fetch = fetches[id] else { return }
        let (bytes, hasError) = survey(&fetch)
        fetches[id] = fetch
        if hasError || bytes >= Int(fetch.request.minBytes) { finishFetch(id) }
    }

    /// Gathers what there is and answers, after the storage has read what is not in memory.
    func finishFetch(_ id: UInt64) {
        guard var fetch = fetches[id] else { return }
        unregister(id, fetch)
        fetch.isRegistered = false
        _ = survey(&fetch)
        gather(id, &fetch)
        fetches[id] = fetch
        if fetch.reads == 0 { answerFetch(id) }
    }

    func answerFetch(_ id: UInt64) {
        guard let fetch = fetches.removeValue(forKey: id) else { return }
        var response = FetchResponse()
        response.topics = fetch.request.topics.map { wanted in
            .init {
                $0.topic = wanted.topic
                $0.topicID = wanted.topicID
            }
        }
        for part in fetch.parts { response.topics[part.topicIndex].partitions.append(part.response) }
        respond(fetch.context, response)
    }

    /// Forgets the fetches of a connection that is gone.
    func dropFetches(of connection: UInt64) {
        for (id, fetch) in fetches where fetch.context.token.connection == connection {
            unregister(id, fetch)
            fetches[id] = nil
        }
    }
}
