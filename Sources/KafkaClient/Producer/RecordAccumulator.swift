import DequeModule
import KafkaRecords
import NIOCore

/// Gathers records into batches, by partition. Bounded by `buffer.memory`.
///
/// Pure, and apart from ``ProducerCore``, so that threads of the application can fill it (behind a lock of the shell)
/// while the core works on its loop.
struct RecordAccumulator {
    struct Topic {
        let name: String
        var partitionCount: Int
        /// The batch of each partition that takes records.
        var open: [OpenBatch?]
        /// Where records without a key go until enough of them went there.
        var sticky: (partition: Int32, bytes: Int)?
    }

    struct OpenBatch {
        var buffer: BatchBuffer
        let createdAt: Int64
        var tokens: [(record: Int32, token: UInt64)] = []
    }

    /// What the owner has to do after a record was appended.
    struct Appended: Hashable {
        var partition: Int32
        /// A batch began or became full: the core wants to hear of it.
        var wakesCore: Bool
    }

    private let settings: ProducerSettings
    private var random: ClientRandom
    private(set) var topics: [Topic] = []
    private var places: [String: Int] = [:]
    private var finished: Deque<ProducedBatch> = []
    private var batchesMade: UInt64 = 0
    /// Of `buffer.memory`.
    private(set) var usedBytes = 0
    /// Records that were appended and have no outcome yet.
    private(set) var recordCount = 0
    private var openCount = 0

    init(settings: ProducerSettings, seed: UInt64) {
        self.settings = settings
        random = ClientRandom(seed: seed)
    }

    /// Nothing waits to be taken.
    var isEmpty: Bool { openCount == 0 && finished.isEmpty }
    /// The number of the newest batch that was finished.
    var newestNumber: UInt64 { batchesMade }

    /// The place of a topic, by which records name it. It stays the same; partitions are only added.
    mutating func place(of topic: String, partitionCount: Int) -> Int {
        if let place = places[topic] {
            let more = partitionCount - topics[place].partitionCount
            if more > 0 {
                topics[place].partitionCount = partitionCount
                topics[place].open += Array(repeating: nil, count: more)
            }
            return place
        }
        places[topic] = topics.count
        topics.append(
            Topic(name: topic, partitionCount: partitionCount, open: Array(repeating: nil, count: partitionCount)))
        return topics.count - 1
    }

    // MARK: In

    /// Copies a record into its partition's batch.
    ///
    /// - Parameters:
    ///   - partition: nil to have it chosen: by the key as Java's client does, without a key by turns.
    ///   - token: comes back with the batch's outcome.
    /// - Throws: ``ClientError/Code/bufferFull`` when memory is used up: room comes with ``release(_:)``.
    mutating func append(
        _ record: RecordView, to topic: Int, partition: Int32?, now: Int64, token: UInt64? = nil
    ) throws(ClientError) -> Appended {
        let bound = BatchBuffer.bound(record)
        guard bound + RecordBatchHeader.size <= settings.requestBytesLimit else {
            throw ClientError(
                .recordTooLarge,
                "a record of \(bound) bytes is larger than max.request.size, \(settings.requestBytesLimit)")
        }
        guard usedBytes + bound + RecordBatchHeader.size <= settings.bufferBytes else {
            throw ClientError(.bufferFull, "buffer.memory, \(settings.bufferBytes) bytes, is used up")
        }
        let partition = try choose(partition, record, topic, bound)
        let place = PartitionPlace(topic: topic, partition: partition)
        var wakes = false
        if let open = topics[topic].open[Int(partition)], open.buffer.byteCount + bound > settings.batchBytes {
            finish(place)
            wakes = true
        }
        if topics[topic].open[Int(partition)] == nil {
            begin(place, atLeast: bound, now: now)
            wakes = true
        }
        let before = topics[topic].open[Int(partition)]!.buffer.byteCount
        topics[topic].open[Int(partition)]!.buffer.append(record)
        recordCount += 1
        if let token {
            let index = topics[topic].open[Int(partition)]!.buffer.recordCount - 1
            topics[topic].open[Int(partition)]!.tokens.append((index, token))
        }
        let after = topics[topic].open[Int(partition)]!.buffer.byteCount
        usedBytes += after - before
        if after >= settings.batchBytes {
            finish(place)
            wakes = true
        }
        return Appended(partition: partition, wakesCore: wakes)
    }

    private mutating func choose(
        _ partition: Int32?, _ record: RecordView, _ topic: Int, _ bytes: Int
    ) throws(ClientError) -> Int32 {
        let count = topics[topic].partitionCount
        if let partition {
            guard partition >= 0, Int(partition) < count else {
                throw ClientError(.unknownPartition, "\(topics[topic].name) has no partition \(partition)")
            }
            return partition
        }
        if let key = record.key { return Murmur2.partition(of: key, count: count) }
        // One partition until about a batch went there (KIP-794): fuller batches than by turns of records.
        var sticky = topics[topic].sticky ?? (another(than: -1, of: count), 0)
        if sticky.bytes >= settings.batchBytes { sticky = (another(than: sticky.partition, of: count), 0) }
        sticky.bytes += bytes
        topics[topic].sticky = sticky
        return sticky.partition
    }

    private mutating func another(than last: Int32, of count: Int) -> Int32 {
        guard count > 1 else { return 0 }
        guard last >= 0 else { return Int32.random(in: 0..<Int32(count), using: &random) }
        return (last + Int32.random(in: 1..<Int32(count), using: &random)) % Int32(count)
    }

    private mutating func begin(_ place: PartitionPlace, atLeast bytes: Int, now: Int64) {
        let capacity = min(max(1024, bytes + RecordBatchHeader.size), settings.requestBytesLimit)
        topics[place.topic].open[Int(place.partition)] = OpenBatch(
            buffer: BatchBuffer(capacity: capacity), createdAt: now)
        usedBytes += RecordBatchHeader.size
        openCount += 1
    }

    private mutating func finish(_ place: PartitionPlace) {
        guard var open = topics[place.topic].open[Int(place.partition)] else { return }
        topics[place.topic].open[Int(place.partition)] = nil
        openCount -= 1
        let reserved = open.buffer.byteCount
        let (header, bytes) = open.buffer.finish(Compression(settings.compression))
        batchesMade += 1
        finished.append(
            ProducedBatch(
                place: place, number: batchesMade, header: header, bytes: bytes, reservedBytes: reserved,
                createdAt: open.createdAt, tokens: open.tokens))
    }

    // MARK: Out

    /// The batches that are finished, in the order in which they were.
    ///
    /// - Parameters:
    ///   - isFlushing: open batches do not wait for more.
    ///   - wants: whether a partition can do with a batch that is not full; if not, its batch goes on growing.
    mutating func take(
        now: Int64, isFlushing: Bool, wants: (PartitionPlace) -> Bool
    ) -> Deque<ProducedBatch> {
        // Where one is due the others go with it: one request for all of a broker's, in place of one for each.
        if isFlushing || nextLinger.map({ $0 <= now }) ?? false {
            for topic in topics.indices {
                for index in topics[topic].open.indices where topics[topic].open[index] != nil {
                    let place = PartitionPlace(topic: topic, partition: Int32(index))
                    if wants(place) { finish(place) }
                }
            }
        }
        defer { finished = [] }
        return finished
    }

    /// When the next open batch has waited for `linger.ms`; nil if there is none.
    var nextLinger: Int64? {
        guard openCount > 0 else { return nil }
        return topics.lazy.flatMap(\.open).compactMap { $0?.createdAt }.min().map { $0 + settings.lingerMilliseconds }
    }

    /// A batch has its outcome: its memory is free.
    mutating func release(_ batch: ProducedBatch) {
        usedBytes -= batch.reservedBytes
        recordCount -= Int(batch.recordCount)
    }

    /// Gives up what was not taken. The batches are of no use but for their tokens and memory.
    mutating func drain() -> Deque<ProducedBatch> {
        take(now: .max, isFlushing: true) { _ in true }
    }
}

extension Compression {
    init(_ type: ProducerSettings.CompressionType) {
        switch type {
        case .none: self = .none
        case .gzip: self = .gzip
        case .snappy: self = .snappy
        case .lz4: self = .lz4
        case .zstd: self = .zstd
        }
    }
}
