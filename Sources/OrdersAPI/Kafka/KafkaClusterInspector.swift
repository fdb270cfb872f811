import Kafka
import Logging
import OrderEvents
import Synchronization

/// Looks at the cluster through Kafka's admin protocol, at most about once a second however many ask.
public final class KafkaClusterInspector: ClusterInspector {
    private let cache: TimedCache<ClusterView>
    private let look: KafkaClusterLook
    private let probe: KafkaStallProbe
    private let logger: Logger
    private let toldOfPartitions = Mutex<String?>(nil)

    /// - Parameters:
    ///   - layout: the count of homes, which is kept up to date with each look.
    ///   - services: Whose groups are looked at; their topics are listed.
    ///   - lifetime: How long a look stands.
    /// - Throws: `KafkaError` for a wrong setting. The broker is not contacted yet.
    public init(
        settings: KafkaSettings, services: [MonitoredService] = MonitoredService.platform, layout: KnownLayout? = nil,
        clientID: String = "orders-api-inspector",
        lifetime: Duration = .seconds(1), clients: ClientBoard = ClientBoard(), logger: Logger
    ) throws(KafkaError) {
        let look = KafkaClusterLook(
            clients: try RenewedClient(clients.life("cluster view", logger: logger)) { () throws(KafkaError) in
                try KafkaAdmin(settings: settings, clientID: clientID, logger: logger)
            },
            uncommitted: try RenewedClient(clients.life("open transactions", logger: logger)) { () throws(KafkaError) in
                try KafkaAdmin(
                    settings: settings, clientID: clientID + "-all", options: ["isolation.level": "read_uncommitted"],
                    logger: logger)
            },
            bootstrap: settings.bootstrapServers, services: services, layout: layout, logger: logger)
        self.look = look
        probe = KafkaStallProbe(settings: settings, logger: logger)
        self.logger = logger
        cache = TimedCache(lifetime: lifetime) { await look.view() }
    }

    /// The cluster as it was within the last second.
    public func look() async -> ClusterView {
        let view = await cache.value()
        tell(view.partitionProblem?.detail)
        return view
    }

    /// Once for each change.
    private func tell(_ detail: String?) {
        let isNew = toldOfPartitions.withLock { told in
            defer { told = detail }
            return detail != nil && told != detail
        }
        if isNew, let detail {
            logger.warning("the topics' partitions are not as they were", metadata: ["detail": "\(detail)"])
        }
    }

    /// Reads at a place where a group stands, with a client of its own.
    public func read(_ topic: String, _ partition: Int32, from offset: Int64, to end: Int64) async -> PlaceReading {
        await probe.read(TopicPartition(topic: topic, partition: partition), from: offset, to: end)
    }

    /// Lets go of the broker.
    public func close() async {
        await look.uncommitted.close()?.close(timeout: .seconds(1))
        await look.clients.close()?.close(timeout: .seconds(2))
    }
}

/// One look: six or so requests.
struct KafkaClusterLook: Sendable {
    let clients: RenewedClient<KafkaAdmin>
    /// Sees the ends of partitions behind transactions that are open.
    let uncommitted: RenewedClient<KafkaAdmin>
    let bootstrap: String
    let services: [MonitoredService]
    let layout: KnownLayout?
    let logger: Logger

    /// Each request's limit. A broker that answers slower is as good as away for who looks at a dashboard.
    private static let timeout: Duration = .seconds(2)

    func view() async -> ClusterView {
        do throws(KafkaError) {
            return try await clients.use { admin throws(KafkaError) in try await view(with: admin) }
        } catch {
            return ClusterView(bootstrap: bootstrap, broker: .unreachable(error.message))
        }
    }

    private func view(with admin: KafkaAdmin) async throws(KafkaError) -> ClusterView {
        let metadata = try await admin.metadata(timeout: Self.timeout)
        let names = Set(services.flatMap(\.topics)).union(Topology.topics)
        let topics = metadata.topics.filter { names.contains($0.name) && $0.error == nil }
        let partitions = topics.flatMap { topic in
            topic.partitions.map { TopicPartition(topic: topic.name, partition: $0.id) }
        }
        await refreshLayout(metadata, admin)
        let begins = try await admin.beginningOffsets(partitions, timeout: Self.timeout)
        let ends = try await admin.endOffsets(partitions, timeout: Self.timeout)
        // After the others: so that a record that comes between is no open transaction for long.
        let highs = try await uncommitted.use { admin throws(KafkaError) in
            try await admin.endOffsets(partitions, timeout: Self.timeout)
        }
        return ClusterView(
            bootstrap: bootstrap, broker: .reachable,
            topics: topics.map { topic in
                let offsets = topic.partitions.reduce(Int64(0)) { sum, partition in
                    let place = TopicPartition(topic: topic.name, partition: partition.id)
                    return sum + max(0, (ends[place] ?? 0) - (begins[place] ?? 0))
                }
                return ClusterView.Topic(name: topic.name, partitions: topic.partitions.count, offsets: offsets)
            }.sorted { $0.name < $1.name },
            groups: try await groups(admin, begins: begins, ends: ends, highs: highs),
            homes: layout?.current.map(ClusterView.Homes.init))
    }

    private func refreshLayout(_ metadata: ClusterMetadata, _ admin: KafkaAdmin) async {
        guard let layout, metadata[topic: Topics.platformLayout] != nil else { return }
        let place = TopicPartition(topic: Topics.platformLayout, partition: 0)
        do {
            try await layout.refresh(end: try await admin.endOffsets([place], timeout: Self.timeout)[place] ?? 0)
        } catch {
            // What was known before stays; the next look asks again.
            logger.debug("the count of homes cannot be read", metadata: ["error": "\(error)"])
        }
    }

    private func groups(
        _ admin: KafkaAdmin, begins: [TopicPartition: Int64], ends: [TopicPartition: Int64],
        highs: [TopicPartition: Int64]
    ) async throws(KafkaError) -> [ClusterView.Group] {
        let descriptions = try await admin.describe(groups: services.map(\.group), timeout: Self.timeout)
        var groups: [ClusterView.Group] = []
        for service in services {
            let partitions = ends.keys.filter { service.topics.contains($0.topic) }.sorted()
            let committed = try await admin.committedOffsets(
                ofGroup: service.group, in: partitions, timeout: Self.timeout)
            groups.append(
                ClusterView.Group(
                    name: service.group,
                    members: descriptions.first { $0.group == service.group }?.members.count ?? 0,
                    partitions: partitions.map { place in
                        let next = committed[place] ?? begins[place] ?? 0
                        return ClusterView.PartitionLag(
                            topic: place.topic, partition: place.partition, lag: max(0, (ends[place] ?? 0) - next),
                            position: next, end: ends[place] ?? 0,
                            highWatermark: highs[place])
                    }))
        }
        return groups
    }
}
