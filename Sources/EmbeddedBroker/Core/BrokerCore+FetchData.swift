import KafkaProtocol
import NIOCore

/// The data of fetches: from memory where it is there, else read from segments.
extension BrokerCore {
    /// Takes the records of every partition, within the request's limits. The first batch comes whole even if it alone
    /// is above them, so that a consumer always gets on.
    func gather(_ id: UInt64, _ fetch: inout PendingFetch) {
        let committedOnly = fetch.request.isolationLevel == 1
        var budget = min(Int(fetch.request.maxBytes), settings.maximumFetchBytes)
        var isFirst = true
        for index in fetch.parts.indices {
            let part = fetch.parts[index]
            guard part.response.errorCode == .none, let log = part.log else { continue }
            let end = log.readableEnd(committedOnly: committedOnly)
            let offset = part.request.fetchOffset
            guard offset < end, budget > 0 || isFirst else {
                fetch.parts[index].complete(nil, through: offset, committedOnly: committedOnly)
                continue
            }
            let limit = max(0, min(Int(part.request.partitionMaxBytes), budget))
            if let first = log.tail.first, first.header.baseOffset <= offset {
                let (records, reached) = log.readTail(from: offset, to: end, limit: limit, atLeastOne: isFirst)
                if let records {
                    budget -= records.readableBytes
                    isFirst = false
                }
                fetch.parts[index].complete(records, through: reached, committedOnly: committedOnly)
            } else {
                budget -= min(limit, part.available)
                fetch.parts[index].isReading = true
                // Now, since compaction may put other segments in place before the answer is ready.
                if committedOnly {
                    fetch.parts[index].aborted = log.transactions.aborted(overlapping: offset..<end)
                }
                fetch.reads += 1
                read(log, from: offset, to: end, limit: limit, atLeastOne: isFirst) { [unowned self] result in
                    finishPart(id, index, result, end: end)
                }
                isFirst = false
            }
        }
    }

    private func finishPart(_ id: UInt64, _ index: Int, _ result: Result<LogRead, StorageError>, end: Int64) {
        guard var fetch = fetches[id] else { return }
        switch result {
        case .success(let read):
            let isGap = read.isGap && read.records == nil
            fetch.parts[index].complete(
                isGap ? RecordBatch.gap(from: fetch.parts[index].request.fetchOffset, to: end) : read.records,
                through: isGap ? end : read.nextOffset, committedOnly: fetch.request.isolationLevel == 1)
        case .failure(let error):
            note(.error, "a segment cannot be read: \(error)")
            fetch.parts[index].response.errorCode = error.code == .corrupt ? .corruptMessage : .kafkaStorageError
            fetch.parts[index].response.records = ByteBuffer()
        }
        fetch.parts[index].isReading = false
        fetch.reads -= 1
        fetches[id] = fetch
        if fetch.reads == 0 { answerFetch(id) }
    }
}

extension PendingFetch.Part {
    /// Sets the records and, for a read-committed consumer, the aborted transactions among them.
    fileprivate mutating func complete(_ records: ByteBuffer?, through end: Int64, committedOnly: Bool) {
        response.records = records ?? ByteBuffer()
        guard committedOnly, let log else { return }
        let range = request.fetchOffset..<max(end, request.fetchOffset)
        response.abortedTransactions = (aborted ?? log.transactions.aborted(overlapping: range))
            .filter { $0.firstOffset < range.upperBound }
            .map { aborted in
                .init {
                    $0.producerID = aborted.producerID
                    $0.firstOffset = aborted.firstOffset
                }
            }
    }
}

extension PartitionLog {
    /// About how many bytes a reader could have, stopping to count at `atMost`.
    func bytesAvailable(from offset: Int64, to end: Int64, atMost: Int) -> Int {
        guard let first = tail.first, first.header.baseOffset <= offset else {
            // What is not in memory is a lot, or old; either is reason enough to answer.
            return max(1, atMost)
        }
        var bytes = 0
        for index in tailIndices(from: offset) {
            guard bytes < atMost, tail[index].header.lastOffset < end else { break }
            bytes += tail[index].header.totalBytes
        }
        return bytes
    }

    /// Batches from memory, the first of them the one that holds the offset.
    func readTail(from offset: Int64, to end: Int64, limit: Int, atLeastOne: Bool) -> (ByteBuffer?, nextOffset: Int64) {
        let candidates = tailIndices(from: offset)
        var count = 0
        var bytes = 0
        for index in candidates {
            let batch = tail[index].header
            guard batch.lastOffset < end else { break }
            guard bytes + batch.totalBytes <= limit || (count == 0 && atLeastOne) else { break }
            bytes += batch.totalBytes
            count += 1
        }
        guard count > 0 else { return (nil, offset) }
        let last = tail[candidates.lowerBound + count - 1].header.nextOffset
        if count == 1 { return (tail[candidates.lowerBound].bytes, last) }
        var records = ByteBufferAllocator().buffer(capacity: bytes)
        for index in candidates.prefix(count) { records.writeImmutableBuffer(tail[index].bytes) }
        return (records, last)
    }
}
