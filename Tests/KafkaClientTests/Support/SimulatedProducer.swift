@testable import KafkaClient

/// A ``ProducerCore`` on a ``SimulatedCluster``, and what it says of its batches.
final class SimulatedProducer: BatchSource {
    private var accumulator: RecordAccumulator
    let cluster: SimulatedCluster
    private(set) var core: ProducerCore!
    /// What was appended to each partition, in order.
    private(set) var appended: [TopicPartition: [String]] = [:]
    private var nextToken: UInt64 = 0
    private var values: [UInt64: (place: TopicPartition, value: String)] = [:]
    private(set) var acknowledged: [TopicPartition: [String]] = [:]
    private(set) var failed: [TopicPartition: [(value: String, failure: BatchOutcome.Failure)]] = [:]
    private(set) var offsets: [TopicPartition: [Int64]] = [:]

    init(_ cluster: SimulatedCluster, seed: UInt64 = 1, _ change: (inout ProducerSettings) -> Void = { _ in }) {
        self.cluster = cluster
        var settings = ProducerSettings()
        settings.lingerMilliseconds = 0
        settings.batchBytes = 200
        change(&settings)
        accumulator = RecordAccumulator(settings: settings, seed: seed)
        core = ProducerCore(access: cluster.core, settings: settings, batches: self) { [unowned self] in took($0) }
    }

    func withAccumulator<Value>(_ body: (inout RecordAccumulator) -> Value) -> Value { body(&accumulator) }

    /// Appends a record with a value; the topic's partitions are as many as the cluster has.
    func append(_ value: String, to topic: String, _ partition: Int32) throws(ClientError) {
        let place = accumulator.place(of: topic, partitionCount: cluster.topics[topic]?.partitions.count ?? 1)
        let token = nextToken
        let bytes = Array(value.utf8)
        let result: Result<RecordAccumulator.Appended, ClientError> = bytes.withUnsafeBytes { bytes in
            do throws(ClientError) {
                return .success(
                    try accumulator.append(
                        RecordView(key: nil, value: bytes, timestamp: cluster.time.wall), to: place,
                        partition: partition, now: cluster.time.monotonic, token: token))
            } catch {
                return .failure(error)
            }
        }
        _ = try result.get()
        nextToken += 1
        let name = TopicPartition(topic: topic, partition: partition)
        values[token] = (name, value)
        appended[name, default: []].append(value)
    }

    private func took(_ outcome: BatchOutcome) {
        for (_, token) in outcome.tokens {
            guard let (place, value) = values.removeValue(forKey: token) else { fatalError("an outcome came twice") }
            switch outcome.result {
            case .success(let offset):
                acknowledged[place, default: []].append(value)
                offsets[place, default: []].append(offset)
            case .failure(let failure): failed[place, default: []].append((value, failure))
            }
        }
    }

    /// Records without an outcome.
    var open: Int { values.count }
    var usedBytes: Int { accumulator.usedBytes }
    var failureCount: Int { failed.values.reduce(0) { $0 + $1.count } }
}
