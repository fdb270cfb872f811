import KafkaClient
import Logging
import Synchronization

/// A ``KafkaAdmin`` on the module KafkaClient.
final class SwiftAdmin: AdminDriver {
    private let name: String
    private let admin: KafkaClient.KafkaAdmin
    private let isolation: IsolationLevel
    private let account: ConnectionAccount
    private let isClosed = Atomic<Bool>(false)

    /// As ``KafkaAdmin/init(settings:clientID:options:logger:)``.
    init(settings: KafkaSettings, clientID: String, options: [String: String], logger: Logger) throws(KafkaError) {
        let converted = try SwiftClientSettings(settings, options: options, logger: logger)
            .consumer(group: nil, clientID: clientID, assignors: "range")
        name = "admin \(clientID)"
        isolation = converted.consumer.isolation
        account = ConnectionAccount(name: name, settings: settings, logger: logger)
        do throws(ClientError) {
            admin = try KafkaClient.KafkaAdmin(blocking: converted.cluster, clientID: clientID, logger: logger)
        } catch {
            throw KafkaError(error)
        }
    }

    var status: ClientStatus { account.status(admin.status) }

    func close(timeout: Duration) async -> Bool {
        isClosed.store(true, ordering: .releasing)
        admin.close()
        return true
    }

    private func call<Value: Sendable>(
        _ operation: String, _ body: (KafkaClient.KafkaAdmin) async throws(ClientError) -> Value
    ) async throws(KafkaError) -> Value {
        if isClosed.load(ordering: .acquiring) { throw KafkaError.closed(name) }
        do throws(ClientError) {
            return try await body(admin)
        } catch {
            let cause = admin.status.lastError
            throw account.explained(
                KafkaError(error, in: "\(name): \(operation)", connection: cause), by: cause ?? error)
        }
    }
}

// Topics.
extension SwiftAdmin {
    func metadata(topic: String?, timeout: Duration) async throws(KafkaError) -> ClusterMetadata {
        let found = try await call("metadata") { admin throws(ClientError) in
            try await admin.describe(topics: topic.map { [$0] }, timeout: timeout)
        }
        return ClusterMetadata(
            clusterID: found.clusterID,
            brokers: found.brokers.map { .init(id: $0.id, host: $0.host, port: Int($0.port)) },
            topics: found.topics.map { topic in
                .init(
                    name: topic.name,
                    partitions: topic.partitions.sorted { $0.index < $1.index }.map {
                        .init(
                            id: $0.index, leader: $0.leader ?? -1, replicas: $0.replicas,
                            inSyncReplicas: $0.inSyncReplicas)
                    },
                    error: topic.error.map { KafkaError($0, in: "\(name): metadata of \(topic.name)") })
            })
    }

    func createTopics(_ topics: [NewTopic], timeout: Duration) async throws(KafkaError) -> [String] {
        if topics.isEmpty { return [] }
        if let wrong = topics.first(where: { $0.name.isEmpty || $0.partitions == 0 || $0.partitions < -1 }) {
            throw KafkaError(
                code: .invalidArgument,
                message: "a topic has a name and at least one partition; -1 leaves it to the broker",
                context: "creating topic \"\(wrong.name)\"")
        }
        return try await call("creating topics") { admin throws(ClientError) in
            try await admin.createTopics(
                topics.map {
                    KafkaClient.NewTopic(
                        name: $0.name, partitions: $0.partitions,
                        replicationFactor: Int16(clamping: $0.replicationFactor), configuration: $0.configuration)
                }, timeout: timeout)
        }
    }

    func deleteTopics(_ names: [String], timeout: Duration) async throws(KafkaError) -> [String] {
        if names.isEmpty { return [] }
        return try await call("deleting topics") { admin throws(ClientError) in
            try await admin.deleteTopics(names, timeout: timeout)
        }
    }

    func createPartitions(topic: String, total: Int, timeout: Duration) async throws(KafkaError) {
        try await call("adding partitions to \(topic)") { admin throws(ClientError) in
            try await admin.createPartitions(topic, count: Int32(clamping: total), timeout: timeout)
        }
    }

    func settings(ofTopic topic: String, timeout: Duration) async throws(KafkaError) -> [TopicSetting] {
        let found = try await call("describing settings of topic \(topic)") { admin throws(ClientError) in
            try await admin.configs(ofTopic: topic, timeout: timeout)
        }
        return found.map {
            TopicSetting(name: $0.name, value: $0.value, isDefault: $0.isDefault, isReadOnly: $0.isReadOnly)
        }.sorted { $0.name < $1.name }
    }

    func alterSettings(ofTopic topic: String, _ changes: [String: String?], timeout: Duration) async throws(KafkaError)
    {
        try await call("altering settings of topic \(topic)") { admin throws(ClientError) in
            try await admin.alterConfigs(
                ofTopic: topic, changes.mapValues { $0.map { .set($0) } ?? .delete }, timeout: timeout)
        }
    }
}

// Groups and offsets.
extension SwiftAdmin {
    func groups(timeout: Duration) async throws(KafkaError) -> [GroupListing] {
        let found = try await call("listing groups") { admin throws(ClientError) in
            try await admin.listGroups(timeout: timeout)
        }
        return found.map { GroupListing(group: $0.groupID, state: GroupState($0.state)) }
    }

    func describe(groups names: [String], timeout: Duration) async throws(KafkaError) -> [GroupDescription] {
        if names.isEmpty { return [] }
        let found = try await call("describing groups") { admin throws(ClientError) in
            try await admin.describe(groups: names, timeout: timeout)
        }
        return found.map { group in
            GroupDescription(
                group: group.groupID, state: GroupState(group.state), assignor: group.assignor,
                members: group.members.map {
                    GroupMember(memberID: $0.memberID, clientID: $0.clientID, host: $0.host)
                })
        }
    }

    func committedOffsets(
        ofGroup group: String, in partitions: [TopicPartition], timeout: Duration
    ) async throws(KafkaError) -> [TopicPartition: Int64] {
        if partitions.isEmpty { return [:] }
        let found = try await call("committed offsets of group \(group)") { admin throws(ClientError) in
            try await admin.committed(group, partitions.map(KafkaClient.TopicPartition.init), timeout: timeout)
        }
        return found.mapValues(\.offset).platforms
    }

    func beginningOffsets(
        _ partitions: [TopicPartition], timeout: Duration
    ) async throws(KafkaError) -> [TopicPartition: Int64] {
        try await offsets(partitions, at: .beginning, timeout)
    }

    func endOffsets(
        _ partitions: [TopicPartition], timeout: Duration
    ) async throws(KafkaError) -> [TopicPartition: Int64] {
        try await offsets(partitions, at: .end, timeout)
    }

    private func offsets(
        _ partitions: [TopicPartition], at time: OffsetTime, _ timeout: Duration
    ) async throws(KafkaError) -> [TopicPartition: Int64] {
        if partitions.isEmpty { return [:] }
        let times = Dictionary(partitions.map { (KafkaClient.TopicPartition($0), time) }) { first, _ in first }
        return try await call("offsets") { admin throws(ClientError) in
            try await admin.offsets(at: times, isolation: isolation, timeout: timeout).platforms
        }
    }

    func deleteRecords(
        before offsets: [TopicPartition: Int64], timeout: Duration
    ) async throws(KafkaError) -> [TopicPartition: Int64] {
        if offsets.isEmpty { return [:] }
        return try await call("deleting records") { admin throws(ClientError) in
            try await admin.deleteRecords(before: offsets.clients, timeout: timeout).platforms
        }
    }
}

extension GroupState {
    /// By the broker's own word.
    fileprivate init(_ word: String?) { self = word.flatMap(GroupState.init(rawValue:)) ?? .unknown }
}
