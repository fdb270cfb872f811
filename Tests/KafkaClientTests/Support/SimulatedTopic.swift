import KafkaProtocol
import KafkaRecords
import NIOCore

/// A topic of a ``SimulatedCluster``.
struct SimulatedTopic {
    var id = TopicID(high: 1, low: 1)
    var partitions: [SimulatedPartition]

    init(partitions count: Int, brokers: [SimulatedBroker]) {
        partitions = (0..<count).map { SimulatedPartition(leader: brokers[$0 % brokers.count].id) }
    }

    func metadata(_ name: String) -> MetadataResponse.Topic {
        .init {
            $0.name = name
            $0.topicID = id
            $0.partitions = partitions.enumerated().map { index, partition in
                .init {
                    $0.partitionIndex = Int32(index)
                    $0.leaderID = partition.leader
                    $0.leaderEpoch = partition.epoch
                    $0.errorCode = partition.leader < 0 ? .leaderNotAvailable : .none
                }
            }
        }
    }
}

/// A partition's log, with what a broker remembers of producers.
struct SimulatedPartition {
    struct Stored {
        var baseOffset: Int64
        var batch: RecordBatch
        /// Nil outside of transactions, else whether it was committed; open ones are in `open`.
        var isCommitted: Bool?
    }

    /// The values of all records that a read_committed consumer sees, in order; or of all, open ones too.
    func values(countingOpen: Bool = false) -> [String] {
        log.filter { countingOpen || !$0.batch.header.attributes.isTransactional || $0.isCommitted == true }
            .flatMap { stored in
                var values: [String] = []
                // Every batch here was checked when it came in.
                var reader = try! stored.batch.records(maximumDecompressedBytes: 1 << 24)
                while let record = try! reader.next() { values.append(String(buffer: record.value ?? ByteBuffer())) }
                return values
            }
    }

    /// The five newest batches of a producer.
    struct ProducerState {
        var epoch: Int16
        var recent: [(first: Int32, last: Int32, offset: Int64)] = []
    }

    var leader: Int32
    var epoch: Int32 = 1
    var log: [Stored] = []
    var nextOffset: Int64 = 0
    var producers: [Int64: ProducerState] = [:]

    /// What the partition's leader makes of a batch: its offset, or why it refuses it.
    mutating func append(_ bytes: ByteBuffer) -> (error: ErrorCode, offset: Int64) {
        // What is wrong with it does not matter here.
        guard let batch = try? Self.checked(bytes) else { return (.corruptMessage, -1) }
        let header = batch.header
        if header.hasProducerID {
            switch check(header) {
            case .success(let duplicate?): return (.none, duplicate)
            case .success(nil): break
            case .failure(let refusal): return (refusal.code, -1)
            }
        }
        let offset = nextOffset
        log.append(Stored(baseOffset: offset, batch: batch, isCommitted: nil))
        nextOffset += Int64(header.recordCount)
        if header.hasProducerID {
            var state = producers[header.producerID] ?? ProducerState(epoch: header.producerEpoch)
            if state.epoch != header.producerEpoch { state = ProducerState(epoch: header.producerEpoch) }
            state.recent.append((header.baseSequence, header.lastSequence, offset))
            if state.recent.count > 5 { state.recent.removeFirst() }
            producers[header.producerID] = state
        }
        return (.none, offset)
    }

    /// A batch that is one, whole and unharmed, with records that every consumer can read; nil otherwise.
    private static func checked(_ bytes: ByteBuffer) throws -> RecordBatch? {
        var rest = bytes
        guard let batch = try RecordBatch.next(from: &rest), rest.readableBytes == 0 else { return nil }
        try batch.verifyChecksum()
        let header = batch.header
        guard header.recordCount > 0, header.lastOffsetDelta == header.recordCount - 1 else { return nil }
        let greatest = try batch.records(maximumDecompressedBytes: 1 << 24, strictly: true)
            .checkAll(baseTimestamp: header.baseTimestamp)
        return greatest == header.maxTimestamp ? batch : nil
    }

    struct Refusal: Error { var code: ErrorCode }

    /// The offset of the same batch, if it is here already.
    private func check(_ header: RecordBatchHeader) -> Result<Int64?, Refusal> {
        guard let state = producers[header.producerID] else { return .success(nil) }
        if header.producerEpoch < state.epoch { return .failure(Refusal(code: .invalidProducerEpoch)) }
        if header.producerEpoch > state.epoch {
            return header.baseSequence == 0 ? .success(nil) : .failure(Refusal(code: .outOfOrderSequenceNumber))
        }
        if let same = state.recent.first(where: { $0.first == header.baseSequence && $0.last == header.lastSequence }) {
            return .success(same.offset)
        }
        guard let last = state.recent.last?.last else { return .success(nil) }
        if header.baseSequence == (last == .max ? 0 : last + 1) { return .success(nil) }
        return .failure(
            Refusal(code: header.baseSequence <= last ? .duplicateSequenceNumber : .outOfOrderSequenceNumber))
    }
}
