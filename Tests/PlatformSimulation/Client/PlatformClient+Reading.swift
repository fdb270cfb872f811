import Kafka

@testable import BrokerCore
@testable import BrokerSimulation
@testable import KafkaProtocol

extension PlatformClient {
    func poll(max: Int, timeout: Duration) throws(KafkaError) -> RecordBatch {
        if isDead { throw .dead }
        // While a batch is waited out, the loop asks for one record of paused partitions.
        if paused.isEmpty { isInPieces = false }
        let deadline = life.elapsed + timeout.milliseconds
        var hasAsked = false
        repeat {
            if settleGroup() {
                if isDead { throw .dead }
                return RecordBatch(copying: [])
            }
            if !hasAsked || !hasNothingToRead {
                hasAsked = true
                let contents = try fetch(max: max)
                if isDead { throw .dead }
                if !contents.isEmpty { return RecordBatch(copying: contents) }
            }
            life.pass(min(100, Swift.max(1, deadline - life.elapsed)))
            if isDead { throw .dead }
        } while life.elapsed < deadline
        return RecordBatch(copying: [])
    }

    /// Whether nothing is there to be read or to be committed, and the group is at rest.
    func onlyWaits(committed: [Place: Int64]) -> Bool {
        guard life.brokerIsBackAt == nil, isAtRest else { return false }
        return hasNothingToRead && positions.allSatisfy { !moved.contains($0.key) || committed[$0.key] == $0.value }
    }

    private var hasNothingToRead: Bool {
        positions.allSatisfy { place, position in
            guard let log = life.broker.core.partition(place.topic, place.partition) else { return false }
            return position >= log.readableEnd(committedOnly: true) || paused.contains(place)
        }
    }

    private func fetch(max: Int) throws(KafkaError) -> [RecordContent] {
        let places = positions.keys.filter { !paused.contains($0) }
        if places.isEmpty { return [] }
        let answer: FetchResponse
        do {
            answer = try life.call(
                fetchRequest(positions.filter { !paused.contains($0.key) }), on: reading, within: 1_000)
        } catch {
            // A reader tries again, and says nothing.
            if isDead { throw .dead }
            return []
        }
        var contents: [RecordContent] = []
        for topic in answer.topics {
            let id = topicID(topic.topic)
            for part in topic.partitions {
                let place = Place(topic: topic.topic, partition: part.partitionIndex)
                // Others may have gone on meanwhile.
                guard let position = positions[place], contents.count < max else { continue }
                if part.errorCode == .offsetOutOfRange {
                    throw KafkaError(code: .autoOffsetReset, message: "\(position) is gone", context: " \(place)")
                }
                guard part.errorCode == .none else { continue }
                let read: (records: [WireRecord], next: Int64)
                do {
                    read = try WireBatches.read(part.records, from: position, aborted: part.abortedTransactions ?? [])
                } catch {
                    throw KafkaError(code: .badMessage, message: "\(place) at \(position): \(error)")
                }
                let taken = read.records.prefix(max - contents.count)
                let next = taken.count < read.records.count ? read.records[taken.count].offset : read.next
                if next > position { moved.insert(place) }
                positions[place] = next
                contents += taken.map { record in
                    RecordContent(
                        topic: id, partition: place.partition, offset: record.offset, timestamp: record.timestamp,
                        key: record.key, value: record.value,
                        headers: record.headers.map { RecordHeader($0.name, $0.value) })
                }
            }
        }
        return contents
    }

    private func fetchRequest(_ positions: [Place: Int64]) -> FetchRequest {
        var request = FetchRequest()
        request.maxWaitMilliseconds = 0
        request.minBytes = 1
        request.maxBytes = Int32(life.random.pick([2_000, 1 << 20]))
        request.isolationLevel = 1
        request.sessionEpoch = -1
        request.topics = positions.keys.byTopic.map { topic in
            .init(
                topic: topic.name,
                partitions: topic.partitions.map {
                    .init(
                        partition: $0, fetchOffset: positions[Place(topic: topic.name, partition: $0)]!,
                        partitionMaxBytes: Int32(life.random.pick([1_000, 1 << 20])))
                })
        }
        // Whose records come first differs from one answer to the next.
        if life.random.flip() { request.topics.reverse() }
        return request
    }

    func pause(_ partitions: [Place]) throws(KafkaError) { paused.formUnion(partitions) }
    func resume(_ partitions: [Place]) throws(KafkaError) { paused.subtract(partitions) }
    func seek(_ starts: [Place: StartOffset]) throws(KafkaError) {
        for case (let place, .offset(let offset)) in starts {
            positions[place] = offset
            moved.remove(place)
        }
    }

    func position(_ partitions: [Place]) throws(KafkaError) -> [Place: Int64] {
        if isDead { throw .dead }
        return positions.filter { moved.contains($0.key) && partitions.contains($0.key) }
    }

    // MARK: reading again

    func watermarks(of topic: String, _ partitions: [Int32], countingOpen: Bool) throws(KafkaError) -> [Int32:
        Watermarks]
    {
        let places = partitions.map { Place(topic: topic, partition: $0) }
        let lows = try offsets(of: places, at: -2, committedOnly: true, within: 30_000)
        let highs = try offsets(of: places, at: -1, committedOnly: !countingOpen, within: 30_000)
        return Dictionary(
            uniqueKeysWithValues: places.map { ($0.partition, Watermarks(low: lows[$0] ?? 0, high: highs[$0] ?? 0)) })
    }

    func beginnings(of partitions: [Place]) throws(KafkaError) -> [Place: Int64] {
        try offsets(of: partitions, at: -2, committedOnly: true, within: 30_000)
    }

    func ends(of partitions: [Place]) throws(KafkaError) -> [Place: Int64] {
        try offsets(of: partitions, at: -1, committedOnly: true, within: 30_000)
    }

    private func offsets(
        of places: [Place], at timestamp: Int64, committedOnly: Bool, within limit: Int64
    ) throws(KafkaError) -> [Place: Int64] {
        if places.isEmpty { return [:] }
        var request = ListOffsetsRequest()
        request.replicaID = -1
        request.isolationLevel = committedOnly ? 1 : 0
        request.topics = places.byTopic.map { topic in
            .init(
                name: topic.name,
                partitions: topic.partitions.map { .init(partitionIndex: $0, timestamp: timestamp) })
        }
        let answer: ListOffsetsResponse = try persist(request, on: reading, until: life.elapsed + limit)
        var found: [Place: Int64] = [:]
        for topic in answer.topics {
            for part in topic.partitions {
                guard part.errorCode == .none else { throw KafkaError(part.errorCode, "ListOffsets") }
                found[Place(topic: topic.name, partition: part.partitionIndex)] = part.offset
            }
        }
        return found
    }

    func replay(
        _ topic: String, _ ranges: [Int32: Range<Int64>],
        _ take: (RecordBatch, _ reached: [Int32: Int64]) throws -> Void
    ) throws -> Int {
        var count = 0
        for (partition, range) in ranges.sorted(by: { $0.key < $1.key }) {
            let place = Place(topic: topic, partition: partition)
            var next = range.lowerBound
            let deadline = life.elapsed + 120_000
            while next < range.upperBound {
                if isDead { throw KafkaError.dead }
                guard life.elapsed < deadline else { throw KafkaError.late("reading \(place) again") }
                let answer: FetchResponse = try persist(fetchRequest([place: next]), on: reading, until: deadline)
                guard let part = answer.topics.first?.partitions.first, part.errorCode == .none else {
                    life.pass(50)
                    continue
                }
                let read = try WireBatches.read(part.records, from: next, aborted: part.abortedTransactions ?? [])
                // An open transaction is waited for.
                guard read.next > next else {
                    life.pass(50)
                    continue
                }
                next = read.next
                count += read.records.count
                let id = topicID(topic)
                let contents = read.records.map { record in
                    RecordContent(
                        topic: id, partition: partition, offset: record.offset, timestamp: record.timestamp,
                        key: record.key, value: record.value,
                        headers: record.headers.map { RecordHeader($0.name, $0.value) })
                }
                try take(RecordBatch(copying: contents), [partition: next])
            }
        }
        return count
    }
}
