import Kafka
import Logging
import OrderEvents
import StreamProcessing

/// Moves the platform to another count of homes. No service runs meanwhile; it can be killed at any point and run
/// again.
///
/// 1. The layout says that a move begins. A service that starts from now on reads this and waits.
/// 2. All groups are without members and nothing that they began is open: how far each topic and each group has come is
///    written down.
/// 3. What an order's home held is copied to its new one, with where it came from in a header, each batch in one
///    transaction with how far it has come. Services skip a copy of what they had read, and an original that was
///    copied.
/// 4. Each home's windows and totals are summed up again from its documents.
/// 5. The layout gets its new epoch. Until then the old one holds, and the audit looks at nothing that was copied.
public actor Repartitioner {
    /// What it is asked for.
    public struct Options: Sendable {
        /// The new count of homes.
        public var homes: Int32
        public var isDryRun = false
        /// How long to wait for services that still run.
        public var patience: Duration = .seconds(60)

        public init(homes: Int32) { self.homes = homes }
    }

    private nonisolated let thread = DedicatedThread(name: "repartition")
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    let settings: KafkaSettings
    let admin: KafkaAdmin
    let logger: Logger
    /// All topics that need a partition for each home.
    let topics: [String]
    let groups: [PlatformService]
    let now: @Sendable () -> Int64
    let say: @Sendable (String) -> Void

    /// - Parameters:
    ///   - topics: those that are given a partition for each home.
    ///   - services: whose groups must be without members.
    ///   - say: is given the progress, a line at a time.
    public init(
        kafka settings: KafkaSettings, topics: [String], services: [PlatformService], logger: Logger,
        now: @escaping @Sendable () -> Int64 = wallClockMilliseconds, say: @escaping @Sendable (String) -> Void
    ) throws {
        self.settings = settings
        self.topics = topics
        groups = services
        self.logger = logger
        self.now = now
        self.say = say
        admin = try KafkaAdmin(settings: settings, clientID: "orders-repartition", logger: logger)
    }

    public func close() async { await admin.close() }

    public func run(_ options: Options) async throws {
        let platform = PlatformLayout(kafka: settings, admin: admin, logger: logger, now: now)
        let found = try await platform.require()
        if let move = found.move, move.epoch.homes != options.homes, move.isPrepared {
            throw LayoutError(
                "a move to \(move.epoch.homes) partitions was begun and has to be finished first: `orders topics repartition --to \(move.epoch.homes)`"
            )
        }
        if found.move == nil, found.homes == options.homes {
            return say("homes are computed with \(found.homes) partitions already: nothing to do")
        }
        try await tellPlan(found, options)
        if options.isDryRun { return }
        try await admin.createTopics(
            NewTopic.topics(Topics.auxiliarySpecs, settings, on: try await admin.metadata()))
        // From here on nobody else writes the layout; what is remembered is read again under that.
        let writer = try LayoutWriter(settings, logger: logger)
        defer { writer.close() }
        var layout = try LayoutLog(settings, logger: logger).read() ?? found
        if layout.move?.isPrepared != true { try await prepare(&layout, options, writer) }
        try await copy(&layout, writer)
        try await sumUp(&layout, writer)
        layout.finishMove(ends: try await offsets { try await admin.endOffsets($0) })
        try writer.write(layout)
        say(
            "done: homes are computed with \(layout.homes) partitions. Start the services again; `orders verify` checks everything"
        )
    }

    private func tellPlan(_ layout: HomeLayout, _ options: Options) async throws {
        let share = Int((MoveRule.share(from: layout.homes, to: options.homes) * 100).rounded())
        say("from \(layout.homes) to \(options.homes) homes: \(share) % of the orders get another one")
        let metadata = try await admin.metadata()
        for topic in FlowTopic.allCases {
            guard
                let partitions = metadata[topic: topic.name]?.partitions.map({
                    TopicPartition(topic: topic.name, partition: $0.id)
                })
            else { continue }
            let (begins, ends) = (try await admin.beginningOffsets(partitions), try await admin.endOffsets(partitions))
            let count = partitions.reduce(Int64(0)) { $0 + max(0, (ends[$1] ?? 0) - (begins[$1] ?? 0)) }
            let growth = partitions.count < Int(options.homes) ? ", gets \(options.homes)" : ""
            say("  \(topic.name): \(partitions.count) partitions\(growth), \(count) offsets to go through")
        }
        if layout.move?.isPrepared == true {
            say("  an earlier run was interrupted: this one goes on where it stopped")
        }
    }

    /// Something about every partition of the flow's topics, as a layout keeps it.
    func offsets(_ ask: ([TopicPartition]) async throws -> [TopicPartition: Int64]) async throws -> [String: [Int64]] {
        let metadata = try await admin.metadata()
        var all: [String: [Int64]] = [:]
        for topic in FlowTopic.allCases {
            let partitions = (metadata[topic: topic.name]?.partitions ?? []).map {
                TopicPartition(topic: topic.name, partition: $0.id)
            }
            let found = try await ask(partitions)
            all[topic.name] = partitions.map { found[$0] ?? 0 }
        }
        return all
    }
}
