import KafkaProtocol
import NIOCore

@testable import KafkaClient

/// A consumer of ``LogBroker``'s logs, that a test polls.
final class ConsumerHarness {
    let broker: LogBroker
    let core: ConsumerCore
    var cluster: ScriptedCluster { broker.cluster }
    /// The offsets that were handed out, in order.
    private(set) var offsets: [TopicPartition: [Int64]] = [:]
    private(set) var values: [TopicPartition: [String]] = [:]
    private(set) var errors: [ClientError] = []

    init(_ broker: LogBroker, _ change: (inout ConsumerSettings) -> Void = { _ in }) {
        self.broker = broker
        var settings = ConsumerSettings(clientID: "c")
        settings.offsetReset = .earliest
        change(&settings)
        core = ConsumerCore(settings, broker.cluster, client: 1)
    }

    /// One poll; returns how many records it brought.
    @discardableResult
    func poll(_ maximum: Int = 500, wait: Int64 = 1_000) -> Int {
        var result: Polled?
        core.poll(maximum: maximum, until: cluster.now.monotonic + wait) { result = $0 }
        cluster.run(until: cluster.now.monotonic + wait + 1) { result == nil }
        var count = 0
        for run in result?.runs ?? [] {
            offsets[run.partition, default: []] += run.map(\.offset)
            values[run.partition, default: []] += run.map { String(buffer: $0.value ?? ByteBuffer()) }
            count += run.count
        }
        if let error = result?.error { errors.append(error) }
        return count
    }

    /// Polls until nothing comes any more.
    func drain(_ maximum: Int = 500) {
        var idle = 0
        while idle < 3 { if poll(maximum) == 0 { idle += 1 } else { idle = 0 } }
    }

    func forget() { (offsets, values) = ([:], [:]) }
}

let t0 = TopicPartition(topic: "t", partition: 0)
let t1 = TopicPartition(topic: "t", partition: 1)
