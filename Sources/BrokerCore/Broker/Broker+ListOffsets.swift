import BrokerStorage
import KafkaProtocol

/// A ListOffsets request whose partitions are being answered, some of them by the storage.
final class OffsetQuery {
    /// A partition of the request.
    struct Place {
        let query: OffsetQuery
        let topic: Int
        let partition: Int
    }

    let token: RequestToken
    fileprivate(set) var response = ListOffsetsResponse()
    /// Partitions without an answer, and one more while the request is being taken apart.
    fileprivate var waiting = 1

    fileprivate init(_ token: RequestToken) { self.token = token }
}

/// ListOffsets: the ends of a log, and the first offset at or after a timestamp.
extension Broker {
    private enum Special {
        static let latest: Int64 = -1
        static let earliest: Int64 = -2
        /// The record with the largest timestamp (KIP-734).
        static let maxTimestamp: Int64 = -3
    }

    func listOffsets(_ context: RequestContext, _ request: ListOffsetsRequest) {
        let query = OffsetQuery(context.token)
        for (topicIndex, topic) in request.topics.enumerated() {
            query.response.topics.append(.init(name: topic.name))
            for (index, wanted) in topic.partitions.enumerated() {
                query.response.topics[topicIndex].partitions.append(.init { $0.partitionIndex = wanted.partitionIndex })
                query.waiting += 1
                find(
                    wanted, partition(topic.name, wanted.partitionIndex), committedOnly: request.isolationLevel == 1,
                    OffsetQuery.Place(query: query, topic: topicIndex, partition: index))
            }
        }
        answered(query)
    }

    private func find(
        _ wanted: ListOffsetsRequest.Partition, _ log: PartitionLog?, committedOnly: Bool, _ place: OffsetQuery.Place
    ) {
        guard let log else { return answer(place, .unknownTopicOrPartition) }
        guard log.damage == nil else { return answer(place, .kafkaStorageError) }
        if let code = Self.check(leaderEpoch: wanted.currentLeaderEpoch) { return answer(place, code) }
        place.answer.leaderEpoch = 0
        let end = log.readableEnd(committedOnly: committedOnly)
        switch wanted.timestamp {
        case Special.latest:
            place.answer.offset = end
            answered(place.query)
        case Special.earliest:
            place.answer.offset = log.startOffset
            answered(place.query)
        case Special.maxTimestamp: search(OffsetSearch(place, newestIn: log, to: end))
        case ..<0: answer(place, .invalidRequest)
        default: search(OffsetSearch(place, log, atOrAfter: wanted.timestamp, to: end))
        }
    }

    /// Goes on as far as memory has what is searched.
    private func search(_ search: OffsetSearch) {
        var search = search
        while true {
            switch search.next() {
            case .over(let found): return finish(search.place, found)
            case .read(let from, let to) where search.log.hasInMemory(from):
                // A batch at a time, which is not copied.
                let (records, next) = search.log.readTail(from: from, to: to, limit: 0, atLeastOne: true)
                guard take(LogRead(records: records, nextOffset: next), &search) else { return }
            case .read(let from, let to):
                return read(
                    LogReadRequest(
                        log: search.log, offset: from, end: to, limit: 256 << 10, atLeastOne: true,
                        reader: .search(search)))
            }
        }
    }

    func continueSearch(_ search: OffsetSearch, _ result: Result<LogRead, StorageError>) {
        var search = search
        switch result {
        case .success(let read): if take(read, &search) { self.search(search) }
        case .failure: answer(search.place, .kafkaStorageError)
        }
    }

    private func take(_ read: LogRead, _ search: inout OffsetSearch) -> Bool {
        do {
            try search.take(read)
            return true
        } catch {
            // The answer says that the log cannot be read.
            answer(search.place, .kafkaStorageError)
            return false
        }
    }

    private func finish(_ place: OffsetQuery.Place, _ found: OffsetSearch.Found?) {
        if let found {
            place.answer.offset = found.offset
            place.answer.timestamp = found.timestamp
        } else {
            place.answer.leaderEpoch = -1
        }
        answered(place.query)
    }

    private func answer(_ place: OffsetQuery.Place, _ code: ErrorCode) {
        place.answer.errorCode = code
        answered(place.query)
    }

    private func answered(_ query: OffsetQuery) {
        query.waiting -= 1
        if query.waiting == 0 { effects.append(.respond(query.token, query.response)) }
    }
}

extension OffsetQuery.Place {
    fileprivate var answer: ListOffsetsResponse.Partition {
        get { query.response.topics[topic].partitions[partition] }
        nonmutating _modify { yield &query.response.topics[topic].partitions[partition] }
    }
}
