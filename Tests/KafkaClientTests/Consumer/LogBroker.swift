import KafkaProtocol
import KafkaRecords
import NIOCore
import TestSupport

@testable import KafkaClient

/// Brokers that serve logs in memory: Fetch with sessions, ListOffsets, OffsetForLeaderEpoch and a group's offsets.
///
/// It keeps sessions as a broker does and answers incremental requests from what it remembers, so a client that is out
/// of step gets the wrong records.
final class LogBroker {
    struct Log {
        var batches: [RecordBatch] = []
        var start: Int64 = 0
        var end: Int64 = 0
        var epoch: Int32 = 0
        /// Where each epoch begins.
        var epochs: [(epoch: Int32, start: Int64)] = [(0, 0)]
        var aborted: [(producer: Int64, first: Int64, last: Int64)] = []
        var open: [Int64: Int64] = [:]
        var leader: Int32 = 1

        var stable: Int64 { open.values.min() ?? end }
    }

    struct Session {
        var epoch: Int32
        var partitions: [TopicPartition: FetchRequest.Partition] = [:]
    }

    let cluster: ScriptedCluster
    var logs: [TopicPartition: Log] = [:]
    var committed: [TopicPartition: CommittedOffset] = [:]
    var errors: [TopicPartition: ErrorCode] = [:]
    var sessions: [Int32: Session] = [:]
    var lastSession: Int32 = 0
    var fetches = 0
    /// How long the fetches were to wait.
    var waits: [Int32] = []
    var namedPartitions = 0
    var epochQuestions = 0
    var usesSessions = true

    init(seed: UInt64, topics: [String: Int32] = ["t": 1]) {
        cluster = ScriptedCluster(seed: seed)
        for (topic, count) in topics {
            for number in 0..<count { logs[TopicPartition(topic: topic, partition: number)] = Log() }
        }
        cluster.setTopics(topics)
        cluster.serve(FetchRequest.self) { [unowned self] in fetch($0, $1, $2) }
        cluster.serve(ListOffsetsRequest.self) { [unowned self] in $2(listOffsets($0)) }
        cluster.serve(OffsetForLeaderEpochRequest.self) { [unowned self] in $2(epochEnds($0)) }
        cluster.serve(OffsetFetchRequest.self) { [unowned self] in $2(offsets($0)) }
    }

    func endSessions() { sessions = [:] }

    /// Tells the client of a partition's leader.
    func move(_ place: TopicPartition, to leader: Int32) {
        logs[place]?.leader = leader
        logs[place]?.epoch += 1
        let log = logs[place] ?? Log()
        logs[place]?.epochs.append((log.epoch, log.end))
        guard
            let index = cluster.metadata.topics[place.topic]?.partitions.firstIndex(where: {
                $0.index == place.partition
            })
        else { return }
        cluster.metadata.topics[place.topic]?.partitions[index].leader = leader
        cluster.metadata.topics[place.topic]?.partitions[index].leaderEpoch = log.epoch
        cluster.metadata.brokers[leader] = BrokerAddress(host: "broker-\(leader)", port: 9092)
    }

    /// The log loses what is behind an offset, as after an unclean election.
    func truncate(_ place: TopicPartition, to offset: Int64) {
        logs[place]?.batches.removeAll { $0.header.baseOffset >= offset }
        logs[place]?.end = offset
        logs[place]?.epochs.removeAll { $0.start > offset }
    }
}

// MARK: Writing

extension LogBroker {
    /// Appends a batch of numbered records whose values are their offsets, and `text`.
    @discardableResult
    func append(
        _ place: TopicPartition = TopicPartition(topic: "t", partition: 0), count: Int, _ text: String = "",
        producer: Int64? = nil, compression: Compression = .none
    ) -> Range<Int64> {
        guard var log = logs[place] else { return 0..<0 }
        var header = RecordBatchHeader()
        header.baseOffset = log.end
        header.partitionLeaderEpoch = log.epoch
        header.attributes = RecordAttributes(compression: compression, isTransactional: producer != nil)
        header.producerID = producer ?? -1
        header.producerEpoch = producer == nil ? -1 : 0
        header.baseSequence = producer == nil ? -1 : 0
        var builder = RecordBatchBuilder(header: header)
        for index in 0..<count {
            let offset = log.end + Int64(index)
            builder.append(
                offset: offset, timestamp: 1_000 + offset, key: ByteBuffer(string: "\(offset)"),
                value: ByteBuffer(string: "\(offset) \(text)"))
        }
        // Compressing cannot fail here.
        if let batch = try? builder.finish() { log.batches.append(batch) }
        let first = log.end
        log.end += Int64(count)
        if let producer, log.open[producer] == nil { log.open[producer] = first }
        logs[place] = log
        return first..<log.end
    }

    func endTransaction(
        _ producer: Int64, _ marker: TransactionMarker,
        _ place: TopicPartition = TopicPartition(topic: "t", partition: 0)
    ) throws {
        guard var log = logs[place] else { return }
        log.batches.append(
            try marker.batch(
                baseOffset: log.end, leaderEpoch: log.epoch, producerID: producer, producerEpoch: 0,
                coordinatorEpoch: 0, timestamp: 1_000 + log.end))
        if let first = log.open.removeValue(forKey: producer), marker == .abort {
            log.aborted.append((producer, first, log.end))
        }
        log.end += 1
        logs[place] = log
    }
}
