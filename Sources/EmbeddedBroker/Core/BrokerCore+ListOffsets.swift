import KafkaProtocol
import NIOCore

/// ListOffsets: the ends of a log, and the first offset at or after a timestamp.
extension BrokerCore {
    private enum Special {
        static let latest: Int64 = -1
        static let earliest: Int64 = -2
        /// The record with the largest timestamp (KIP-734).
        static let maxTimestamp: Int64 = -3
    }

    /// A request whose partitions are being answered, some of them by the storage.
    private final class Answer {
        var response = ListOffsetsResponse()
        var waiting = 0
    }

    func listOffsets(_ context: RequestContext, _ request: ListOffsetsRequest) {
        let answer = Answer()
        answer.waiting = 1
        func finish() {
            answer.waiting -= 1
            if answer.waiting == 0 { respond(context, answer.response) }
        }
        for (topicIndex, topic) in request.topics.enumerated() {
            answer.response.topics.append(.init(name: topic.name))
            for (index, wanted) in topic.partitions.enumerated() {
                answer.response.topics[topicIndex].partitions.append(
                    .init { $0.partitionIndex = wanted.partitionIndex })
                answer.waiting += 1
                find(wanted, topic: topic.name, committedOnly: request.isolationLevel == 1) { result in
                    answer.response.topics[topicIndex].partitions[index] = result
                    finish()
                }
            }
        }
        finish()
    }

    private func find(
        _ wanted: ListOffsetsRequest.Partition, topic: String, committedOnly: Bool,
        then done: @escaping (ListOffsetsResponse.Partition) -> Void
    ) {
        var answer = ListOffsetsResponse.Partition { $0.partitionIndex = wanted.partitionIndex }
        guard let log = partition(topic, wanted.partitionIndex) else {
            answer.errorCode = .unknownTopicOrPartition
            return done(answer)
        }
        guard log.damage == nil else {
            answer.errorCode = .kafkaStorageError
            return done(answer)
        }
        if let code = check(leaderEpoch: wanted.currentLeaderEpoch) {
            answer.errorCode = code
            return done(answer)
        }
        answer.leaderEpoch = 0
        let end = log.readableEnd(committedOnly: committedOnly)
        func finish(_ result: Result<FoundOffset?, StorageError>) {
            switch result {
            case .success(let found?):
                answer.offset = found.offset
                answer.timestamp = found.timestamp
            case .success(nil): answer.leaderEpoch = -1
            case .failure: answer.errorCode = .kafkaStorageError
            }
            done(answer)
        }
        switch wanted.timestamp {
        case Special.latest:
            answer.offset = end
            return done(answer)
        case Special.earliest:
            answer.offset = log.startOffset
            return done(answer)
        case Special.maxTimestamp: findNewest(in: log, to: end, then: finish)
        case ..<0:
            answer.errorCode = .invalidRequest
            return done(answer)
        default: findFirst(in: log, atOrAfter: wanted.timestamp, from: log.startOffset, to: end, then: finish)
        }
    }

    typealias FoundOffset = (offset: Int64, timestamp: Int64)

    /// The first record at or after the timestamp.
    func findFirst(
        in log: PartitionLog, atOrAfter timestamp: Int64, from start: Int64, to end: Int64,
        then done: @escaping (Result<FoundOffset?, StorageError>) -> Void
    ) {
        guard let from = log.searchStart(timestamp: timestamp, from: start), from < end else {
            return done(.success(nil))
        }
        func search(_ records: ByteBuffer?, next: Int64) {
            guard var rest = records, rest.readableBytes > 0 else { return done(.success(nil)) }
            do {
                while let batch = try RecordBatch.next(from: &rest) {
                    if let found = try batch.first(atOrAfter: timestamp, from: start) { return done(.success(found)) }
                }
            } catch {
                return done(.failure(StorageError(code: .corrupt, file: log.directory, detail: "\(error)")))
            }
            findFirst(in: log, atOrAfter: timestamp, from: next, to: end, then: done)
        }
        let limit = 256 << 10
        if let first = log.tail.first, first.header.baseOffset <= from {
            for index in log.tailIndices(from: from) where log.tail[index].header.mayReach(timestamp) {
                let batch = log.tail[index]
                guard batch.header.lastOffset < end else { break }
                return search(batch.bytes, next: batch.header.nextOffset)
            }
            return done(.success(nil))
        }
        read(log, from: from, to: end, limit: limit, atLeastOne: true) { result in
            switch result {
            case .success(let read): search(read.records, next: read.nextOffset)
            case .failure(let error): done(.failure(error))
            }
        }
    }
}

extension PartitionLog {
    /// An offset at or before the first record with this timestamp or a later one, at or after `start`.
    func searchStart(timestamp: Int64, from start: Int64) -> Int64? {
        for segment in segments where segment.lastOffset >= start && segment.maxTimestamp >= timestamp {
            return max(start, segment.baseOffset + segment.index.relativeOffset(timestamp: timestamp))
        }
        return nil
    }
}

extension RecordBatch {
    /// The first record at or after the timestamp whose offset is at or after `start`.
    func first(atOrAfter timestamp: Int64, from start: Int64) throws(RecordError) -> (offset: Int64, timestamp: Int64)?
    {
        guard header.mayReach(timestamp), header.lastOffset >= start, !header.attributes.isControl else { return nil }
        var reader = try records(maximumDecompressedBytes: Self.maximumStoredBytes)
        while let record = try reader.next() {
            let found = (offset: offset(of: record), timestamp: self.timestamp(of: record))
            if found.timestamp >= timestamp, found.offset >= start { return found }
        }
        return nil
    }
}
