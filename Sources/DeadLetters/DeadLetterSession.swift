import Kafka
import Logging
import OrderEvents

/// One reading of all dead letters and decisions, from the beginning on, and what follows them. Pinned to a thread of
/// its own.
actor DeadLetterSession {
    private nonisolated let thread = DedicatedThread(name: "dlq-follow")
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    private let options: DeadLetterFollower.Options
    private let life: ClientLife
    private let admin: KafkaAdmin
    private let consumer: KafkaConsumer
    /// What the session reports to.
    private let publish: @Sendable (DeadLetterIndex) -> Void
    private let update: @Sendable ([Item]) -> Void
    /// While everything is read for the first time; then it is published, and only updated.
    private var making: DeadLetterIndex?

    /// What comes in.
    enum Item: Sendable {
        case letter(DeadLetter)
        case decision(DeadLetterDecision)
    }

    /// - Parameters:
    ///   - publish: takes the index when everything that was there is in it.
    ///   - update: takes what comes after that.
    init(
        settings: KafkaSettings, options: DeadLetterFollower.Options, life: ClientLife, logger: Logger,
        publish: @escaping @Sendable (DeadLetterIndex) -> Void, update: @escaping @Sendable ([Item]) -> Void
    ) throws {
        self.options = options
        self.life = life
        self.publish = publish
        self.update = update
        admin = try KafkaAdmin(settings: settings, clientID: "orders-dlq-follow-admin", logger: logger)
        // Dead letters are few: what is read ahead need not be much.
        consumer = try KafkaConsumer(
            settings: settings, clientID: "orders-dlq-follow",
            options: ["queued.max.messages.kbytes": "8192", "enable.partition.eof": "true"],
            logger: logger)
    }

    /// Reads everything, then follows. Returns when the index has to be made again, or the task is cancelled.
    func run() async throws {
        let begins = try await begins()
        var index = DeadLetterIndex(limits: options.limits)
        var names: [TopicID: DeadLetterTopic] = [:]
        for topic in Set(begins.keys.map(\.topic)) {
            guard let name = DeadLetterTopic(name: topic) else { continue }
            names[consumer.topicID(topic)] = name
            index.add(name)
        }
        making = index
        // Dead letters first: so that the times of their decisions are known for those that are kept.
        var places = begins.filter { $0.key.topic != Topics.deadLetterDecisions }
        try await readAll(&places, names)
        var decisions = begins.filter { $0.key.topic == Topics.deadLetterDecisions }
        try await readAll(&decisions, names)
        if Task.isCancelled { return }
        if let index = making.take() { publish(index) }
        life.succeeded()
        places.merge(decisions) { $1 }
        guard !places.isEmpty else {
            // There are no such topics yet.
            try await Task.sleep(for: options.checkInterval)
            return
        }
        try consumer.assign(places.map { ($0.key, .offset($0.value)) })
        var checked = ContinuousClock.now
        var watch = ReaderWatch(patience: options.checkInterval)
        while !Task.isCancelled {
            try take(names)
            try life.look(at: consumer.status)
            // Lets the task be cancelled and others have the actor.
            await Task.yield()
            guard ContinuousClock.now - checked >= options.checkInterval else { continue }
            checked = .now
            if try await self.begins() != begins { return }
            let ends = try await admin.endOffsets(Array(places.keys))
            let positions = places.merging(try consumer.position(Array(places.keys))) { max($0, $1) }
            if let error = watch.look(positions: positions, ends: ends, now: .now) { throw error }
        }
    }

    /// Has a wait for records end now. Whoever cancels the session's task calls it.
    nonisolated func wake() { consumer.wakePoll() }

    func close() async {
        consumer.close(timeout: .seconds(2))
        await admin.close(timeout: .seconds(1))
    }

    /// The oldest offset of every partition that is followed.
    private func begins() async throws -> [TopicPartition: Int64] {
        let topics = try await admin.metadata().topics.filter {
            $0.error == nil && ($0.name == Topics.deadLetterDecisions || DeadLetterTopic(name: $0.name) != nil)
        }
        let partitions = topics.flatMap { topic in
            topic.partitions.map { TopicPartition(topic: topic.name, partition: $0.id) }
        }
        return partitions.isEmpty ? [:] : try await admin.beginningOffsets(partitions)
    }

    /// Reads these partitions up to their present ends, and leaves in `places` where it stands then.
    private func readAll(_ places: inout [TopicPartition: Int64], _ names: [TopicID: DeadLetterTopic]) async throws {
        let ends = try await admin.endOffsets(Array(places.keys))
        var open = ends.filter { $0.value > places[$0.key] ?? 0 }
        guard !open.isEmpty else { return }
        try consumer.assign(open.keys.map { ($0, .offset(places[$0] ?? 0)) })
        while !open.isEmpty, !Task.isCancelled {
            try take(names)
            for (partition, position) in try consumer.position(Array(open.keys)) {
                places[partition] = position
                if position >= open[partition] ?? 0 { open[partition] = nil }
            }
            await Task.yield()
        }
    }

    /// Takes what comes next. Blocks.
    private func take(_ names: [TopicID: DeadLetterTopic]) throws {
        let batch = try consumer.poll(max: 2_000, timeout: options.pollTimeout)
        var items: [Item] = []
        for record in batch {
            if let topic = names[record.topic] {
                items.append(.letter(DeadLetter(record, of: topic)))
            } else if let value = record.value, let decision = DeadLetterDecision(json: value) {
                items.append(.decision(decision))
            }
        }
        if items.isEmpty { return }
        if making == nil { return update(items) }
        for item in items { making?.add(item) }
    }
}

extension DeadLetterIndex {
    mutating func add(_ item: DeadLetterSession.Item) {
        switch item {
        case .letter(let letter): add(letter)
        case .decision(let decision): add(decision)
        }
    }
}
