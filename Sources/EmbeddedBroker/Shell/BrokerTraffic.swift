import BrokerStorage
import KafkaProtocol
import Metrics
import NIOCore
import Telemetry

/// What goes through a broker, as metrics. Stays on the broker's event loop.
final class BrokerTraffic {
    private let received = Metric.brokerReceived()
    private let sent = Metric.brokerSent()
    private let journal = Metric.brokerJournal()
    private let commitTime = Metric.brokerCommitDuration()
    /// By the API's key.
    private var requests: [Int16: Counter] = [:]
    /// Commits to the journal that are under way.
    private var commits: [StorageOperation.ID: ContinuousClock.Instant] = [:]

    func received(_ header: RequestHeader, bytes: Int) {
        received.increment(by: bytes)
        let key = header.api.key
        if let counter = requests[key] { return counter.increment() }
        let counter = Metric.brokerRequests("\(header.api.name)")
        requests[key] = counter
        counter.increment()
    }

    func sent(_ bytes: Int) { sent.increment(by: bytes) }

    func submitted(_ operation: StorageOperation) {
        guard operation.lane == .journal else { return }
        commits[operation.id] = .now
        for case .write(_, _, let chunks) in operation.steps {
            journal.increment(by: chunks.reduce(0) { $0 + $1.readableBytes })
        }
    }

    func completed(_ completion: StorageCompletion) {
        guard let began = commits.removeValue(forKey: completion.id) else { return }
        commitTime.record(duration: ContinuousClock.now - began)
    }
}
