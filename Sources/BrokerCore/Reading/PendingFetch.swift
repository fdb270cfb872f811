import BrokerStorage
import KafkaProtocol
import KafkaRecords
import NIOCore

/// A fetch that waits for data, or for the storage to read it.
struct PendingFetch {
    /// A partition of the fetch and its result so far.
    struct Part {
        var topicIndex: Int
        /// None where the topic is given by its name.
        var topicID: TopicID
        var log: PartitionLog?
        /// Why there is no log.
        var missing: ErrorCode
        var request: FetchRequest.Partition
        var response: FetchResponse.Partition
        /// The aborted transactions as they were when the read began, and how far it goes.
        var reading: (aborted: [TransactionIndex.Aborted]?, end: Int64)?
        /// How many bytes it could have at the last look.
        var available = 0
    }

    let token: RequestToken
    let request: FetchRequest
    var parts: [Part]
    /// Parts that the storage reads.
    private var reads = 0
    /// When it was last looked at again, see ``Fetches``.
    var round: UInt64 = 0

    init(_ token: RequestToken, _ request: FetchRequest, _ parts: [Part]) {
        self.token = token
        self.request = request
        self.parts = parts
    }

    private var committedOnly: Bool { request.isolationLevel == 1 }
    /// Whether all of its parts have their data.
    var isComplete: Bool { reads == 0 }

    /// Looks at what there is to read for every partition.
    ///
    /// - Returns: whether that is enough to answer.
    mutating func survey() -> Bool {
        var bytes = 0
        var hasError = false
        for index in parts.indices {
            if parts[index].survey(committedOnly: committedOnly) != .none { hasError = true }
            bytes += parts[index].available
        }
        return hasError || bytes >= Int(request.minBytes)
    }

    /// Takes the records of every partition, within the request's limits. The first batch comes whole even if it alone
    /// is above them, so that a consumer always gets on.
    ///
    /// - Returns: what has to be read from segments.
    mutating func gather(_ id: UInt64, atMost maximumBytes: Int) -> [LogReadRequest] {
        var budget = min(Int(request.maxBytes), maximumBytes)
        var isFirst = true
        var wanted: [LogReadRequest] = []
        for index in parts.indices {
            guard parts[index].response.errorCode == .none, let log = parts[index].log else { continue }
            let end = log.readableEnd(committedOnly: committedOnly)
            let offset = parts[index].request.fetchOffset
            guard offset < end, budget > 0 || isFirst else {
                parts[index].complete(nil, through: offset, committedOnly: committedOnly)
                continue
            }
            let limit = max(0, min(Int(parts[index].request.partitionMaxBytes), budget))
            if log.hasInMemory(offset) {
                let (records, reached) = log.readTail(from: offset, to: end, limit: limit, atLeastOne: isFirst)
                if let records {
                    budget -= records.readableBytes
                    isFirst = false
                }
                parts[index].complete(records, through: reached, committedOnly: committedOnly)
            } else {
                budget -= min(limit, parts[index].available)
                // Now, since compaction may put other segments in place before the answer is ready.
                parts[index].reading = (
                    committedOnly ? log.transactions.aborted(overlapping: offset..<end) : nil, end
                )
                wanted.append(
                    LogReadRequest(
                        log: log, offset: offset, end: end, limit: limit, atLeastOne: isFirst,
                        reader: .fetch(id, part: index)))
                isFirst = false
            }
        }
        reads = wanted.count
        return wanted
    }

    mutating func finishRead(_ index: Int, _ result: Result<LogRead, StorageError>) {
        reads -= 1
        guard let end = parts[index].reading?.end else { return }
        switch result {
        case .success(let read):
            let isGap = read.isGap && read.records == nil
            parts[index].complete(
                isGap ? RecordBatch.gap(from: parts[index].request.fetchOffset, to: end) : read.records,
                through: isGap ? end : read.nextOffset, committedOnly: committedOnly)
        case .failure(let error):
            parts[index].response.errorCode = error.code == .corrupt ? .corruptMessage : .kafkaStorageError
            parts[index].response.records = ByteBuffer()
        }
    }

    var response: FetchResponse {
        var response = FetchResponse()
        response.topics = request.topics.map { wanted in
            .init {
                $0.topic = wanted.topic
                $0.topicID = wanted.topicID
            }
        }
        for part in parts { response.topics[part.topicIndex].partitions.append(part.response) }
        return response
    }
}

extension PendingFetch.Part {
    fileprivate mutating func survey(committedOnly: Bool) -> ErrorCode {
        available = 0
        guard let log else { return refuse(missing) }
        guard !log.isDeleted else { return refuse(topicID == .none ? .unknownTopicOrPartition : .unknownTopicID) }
        guard log.damage == nil else { return refuse(.kafkaStorageError) }
        if let code = Broker.check(leaderEpoch: request.currentLeaderEpoch) { return refuse(code) }
        response.errorCode = .none
        response.highWatermark = log.highWatermark
        response.lastStableOffset = log.lastStableOffset
        response.logStartOffset = log.startOffset
        let offset = request.fetchOffset
        guard offset >= log.startOffset, offset <= log.highWatermark else { return refuse(.offsetOutOfRange) }
        let end = log.readableEnd(committedOnly: committedOnly)
        if offset < end {
            available = log.bytesAvailable(from: offset, to: end, atMost: Int(request.partitionMaxBytes))
        }
        return .none
    }

    private mutating func refuse(_ code: ErrorCode) -> ErrorCode {
        response.errorCode = code
        response.highWatermark = -1
        response.lastStableOffset = -1
        response.logStartOffset = -1
        return code
    }

    /// Sets the records and, for a read-committed consumer, the aborted transactions among them.
    fileprivate mutating func complete(_ records: ByteBuffer?, through end: Int64, committedOnly: Bool) {
        response.records = records ?? ByteBuffer()
        guard committedOnly, let log else { return }
        let range = request.fetchOffset..<max(end, request.fetchOffset)
        response.abortedTransactions = (reading?.aborted ?? log.transactions.aborted(overlapping: range))
            .filter { $0.firstOffset < range.upperBound }
            .map { aborted in
                .init {
                    $0.producerID = aborted.producerID
                    $0.firstOffset = aborted.firstOffset
                }
            }
    }
}
