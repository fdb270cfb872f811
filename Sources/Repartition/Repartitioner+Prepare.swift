import Kafka
import OrderEvents
import StreamProcessing

extension Repartitioner {
    /// Says that a move begins, makes sure that nothing is under way, and writes down how far everything has come.
    func prepare(_ layout: inout HomeLayout, _ options: Options, _ writer: LayoutWriter) async throws {
        // First without the lock: where services run, nothing is to stand in their way if they are not stopped in time.
        try await waitForMembers(options.patience)
        let since = Timestamp(millisecondsSinceEpoch: now())
        layout.move = HomeLayout.Move(epoch: HomeLayout.Epoch(homes: options.homes, since: since))
        try writer.write(layout)
        do {
            // Once more: who joined before it could see the move is a member now.
            try await waitForMembers(options.patience)
            try await grow(to: options.homes)
            try await waitForQuiet()
        } catch {
            // Nothing was copied yet: the services may start again.
            layout.move = nil
            try writer.write(layout)
            throw error
        }
        var move = HomeLayout.Move(epoch: HomeLayout.Epoch(homes: options.homes, since: since), isPrepared: true)
        move.epoch.starts = try await offsets { try await admin.endOffsets($0) }
        for service in groups { move.epoch.read[service.group] = try await read(by: service) }
        layout.move = move
        try writer.write(layout)
    }

    private func waitForMembers(_ patience: Duration) async throws {
        let deadline = Deadline(in: patience)
        var told: [String] = []
        while true {
            let running = try await admin.describe(groups: groups.map(\.group)).filter { !$0.members.isEmpty }
            if running.isEmpty { return }
            let names = running.map { "\($0.group) has \($0.members.count)" }
            guard !deadline.isOver else {
                throw LayoutError(
                    "services are running (\(names.joined(separator: ", ")) members): stop them all, then run this again"
                )
            }
            if names != told { say("waiting for services to be stopped: \(names.joined(separator: ", ")) members") }
            told = names
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    private func grow(to homes: Int32) async throws {
        let metadata = try await admin.metadata()
        for name in topics {
            guard let topic = metadata[topic: name], topic.partitions.count < Int(homes) else { continue }
            say("\(name) gets \(homes) partitions instead of \(topic.partitions.count)")
            try await admin.createPartitions(topic: name, total: Int(homes))
        }
        // A broker may answer before all of it is known.
        let deadline = Deadline(in: .seconds(30))
        while true {
            let metadata = try await admin.metadata()
            let missing = topics.filter { name in
                metadata[topic: name].map {
                    $0.partitions.count < Int(homes) || $0.partitions.contains { $0.leader < 0 }
                } ?? true
            }
            if missing.isEmpty { return }
            guard !deadline.isOver else {
                throw LayoutError("\(missing.joined(separator: ", ")) did not get \(homes) partitions within 30 s")
            }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    /// A service that was killed may have left a transaction open: it ends by its timeout. What only services write
    /// must be without one.
    private func waitForQuiet() async throws {
        let probe = try KafkaConsumer(
            settings: settings, clientID: "orders-repartition-probe", options: ["isolation.level": "read_uncommitted"],
            logger: logger)
        defer { probe.close() }
        let deadline = Deadline(in: .seconds(90))
        for topic in FlowTopic.allCases where topic != .orders {
            for place in try await admin.partitions(ofTopics: [topic.name]) {
                while try await admin.endOffsets([place])[place] ?? 0
                    < probe.watermarks(place, timeout: .seconds(30)).high
                {
                    guard !deadline.isOver else {
                        throw LayoutError(
                            "a transaction on \(place) stays open: find out who writes there, end it, and run this again"
                        )
                    }
                    try await Task.sleep(for: .milliseconds(200))
                }
            }
        }
    }

    /// How far a group has come, by topic and partition. Waits until no transaction can change it any more.
    private func read(by service: PlatformService) async throws -> [String: [Int64]] {
        let consumer = try KafkaConsumer(
            settings: settings, group: service.group, clientID: "orders-repartition", logger: logger)
        defer { consumer.close() }
        var read: [String: [Int64]] = [:]
        for topic in service.inputs {
            let partitions = try await admin.partitions(ofTopics: [topic]).sorted()
            let committed = try consumer.committed(partitions, timeout: .seconds(60))
            read[topic] = partitions.map { committed[$0] ?? 0 }
        }
        return read
    }
}
