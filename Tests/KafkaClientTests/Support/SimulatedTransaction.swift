@testable import KafkaClient

/// A ``TransactionCore`` with its producer, whose calls let time pass until they are done.
final class SimulatedTransaction {
    let producer: SimulatedProducer
    let core: TransactionCore
    private var cluster: SimulatedCluster { producer.cluster }

    init(_ producer: SimulatedProducer) {
        self.producer = producer
        core = TransactionCore(access: producer.cluster.core, producer: producer.core)!
    }

    func initialize() throws(ClientError) { try wait { core.initialize(deadline: $0, then: $1) } }
    func commit(within limit: Int64 = 600_000) throws(ClientError) {
        try wait(limit) { core.commit(deadline: $0, then: $1) }
    }
    func abort() throws(ClientError) { try wait { core.abort(deadline: $0, then: $1) } }

    func begin() throws(ClientError) {
        var result: Result<Void, ClientError> = .success(())
        cluster.call {
            do throws(ClientError) { try core.begin() } catch { result = .failure(error) }
        }
        try result.get()
    }

    func append(_ value: String, _ partition: Int32) throws(ClientError) {
        var result: Result<Void, ClientError> = .success(())
        cluster.call {
            do throws(ClientError) { try producer.append(value, to: "t", partition) } catch { result = .failure(error) }
            producer.core.pump()
        }
        try result.get()
    }

    func sendOffsets(_ offsets: [TopicPartition: Int64]) {
        cluster.call {
            core.sendOffsets(
                offsets.mapValues { CommittedOffset(offset: $0) }, of: ConsumerGroupMetadata(groupID: "group")
            ) { _ in }
        }
    }

    private func wait(
        _ limit: Int64 = 600_000, _ body: (Int64, @escaping TransactionCore.Completion) -> Void
    ) throws(ClientError) {
        var result: Result<Void, ClientError>?
        cluster.call { body(cluster.time.monotonic + limit) { result = $0 } }
        cluster.run(for: limit + 1, until: { result != nil })
        guard let result else { throw ClientError(.timedOut, "the call has no end", isRetriable: false) }
        try result.get()
    }
}
