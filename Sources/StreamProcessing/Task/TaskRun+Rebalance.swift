import Kafka
import OrderEvents

extension TaskRun {
    /// Called inside a poll. The batch at hand is dropped with any change: whoever has its partitions next begins after
    /// the last commit.
    ///
    /// - Returns: where to begin in the partitions that were assigned.
    func rebalance(_ event: RebalanceEvent) -> [TopicPartition: StartOffset] {
        committedPositions.removeAll()
        unrecordedCuts.removeAll()
        standstill.forget()
        emptyPolls = 0
        batch = nil
        joinBuffer?.removeAll()
        processor.reset()
        do {
            // State is given up and restored in the database: nothing that is gathered may stand before it.
            try store?.flush()
            // The client library would still hold a partition back that it is assigned again, now or later.
            try resume()
            switch event {
            case .assigned(let partitions): return try assign(partitions)
            // Always all of them: rebalances are eager.
            case .revoked, .lost: assigned.removeAll()
            }
        } catch {
            rebalanceError = error
        }
        return [:]
    }

    /// What is read with the homes that the group has given: of every input the partition of each home, and what lies
    /// beyond the homes.
    ///
    /// The group shares out the partitions of all inputs, which may have different counts. Joined records must meet, so
    /// only the first input's partitions count: who has partition p of it has home p. Called inside a poll, before
    /// `rebalance`.
    func choose(_ given: [TopicPartition]) -> [TopicPartition] {
        do {
            let layout = try layout()
            context.layout = layout
            homes = TaskRun.homes(of: given, lead: definition.inputs[0], among: layout.homes)
            var counts: [String: Int32] = [:]
            for topic in definition.inputs { counts[topic] = try client.partitionCount(of: topic) }
            tell(counts, layout)
            return definition.inputs.flatMap {
                TaskRun.partitions(of: $0, count: counts[$0] ?? 0, homes: homes, among: layout.homes)
            }
        } catch {
            homes = []
            rebalanceError = error
            return []
        }
    }

    static func homes(of given: [TopicPartition], lead: String, among count: Int32) -> [Int32] {
        given.filter { $0.topic == lead && $0.partition < count }.map(\.partition).sorted()
    }

    /// The partitions of a topic that belong to these homes: theirs, and of those beyond all homes each one's remainder
    /// decides.
    static func partitions(of topic: String, count: Int32, homes: [Int32], among all: Int32) -> [TopicPartition] {
        (0..<count).filter { homes.contains($0 % all) }.map { TopicPartition(topic: topic, partition: $0) }
    }

    /// The layout as it stands now. It is read after the group was joined: a move looks for members after it has said
    /// that it begins, so either it sees this one, or this one sees it.
    private func layout() throws -> HomeLayout {
        guard let readLayout else {
            // Without a layout that is remembered, homes are the partitions.
            return HomeLayout(homes: try client.partitionCount(of: definition.inputs[0]), since: .epoch)
        }
        guard let layout = try readLayout() ?? knownLayout else {
            throw LayoutError(
                "the topic \(Topics.platformLayout) is gone or empty: start any part of the platform again, which finds out the count and writes it"
            )
        }
        if let move = layout.move { throw LayoutError.moving(move) }
        knownLayout = layout
        return layout
    }

    private func assign(_ partitions: [TopicPartition]) throws -> [TopicPartition: StartOffset] {
        assigned = partitions
        if rebalanceError != nil { return [:] }
        // First: the state is restored up to what is final then.
        let starts = try startPositions(of: partitions)
        if let changelog = definition.changelog, let database = store?.database {
            reporter.report(.restoring)
            if try database.adopt(generation: context.layout.generation) {
                logger.notice(
                    "homes were moved: local state is rebuilt", metadata: ["homes": "\(context.layout.homes)"])
            }
            let restorer = ChangelogRestorer(
                topic: changelog, layout: context.layout, stateOf: definition.stateOf, client: client, logger: logger)
            try restorer.restore(homes, into: database)
            try restoreInput(upTo: starts, into: database) { try restorer.restore($0, into: database) }
        }
        // While something fails, that is what is reported until something succeeds.
        if plan.failuresInARow == 0 { reporter.report(.running) }
        return starts
    }

    /// Says once for each count what has grown.
    private func tell(_ counts: [String: Int32], _ layout: HomeLayout) {
        for (topic, count) in counts
        where toldCounts.updateValue(count, forKey: topic) != count && count != layout.homes {
            logger.notice(
                "a topic has another number of partitions than there are homes; homes stay as they are",
                metadata: ["topic": "\(topic)", "partitions": "\(count)", "homes": "\(layout.homes)"])
        }
    }

    /// Up to where the group begins to read: what it has committed, as it is final.
    private func restoreInput(
        upTo starts: [TopicPartition: StartOffset], into database: any StateStore,
        restoringAgain restore: ([Int32]) throws -> Void
    ) throws {
        guard let stateOf = definition.stateOfInput else { return }
        let topic = definition.inputs[0]
        var goals: [Int32: Int64] = [:]
        for (place, start) in starts where place.topic == topic && homes.contains(place.partition) {
            if case .offset(let offset) = start { goals[place.partition] = offset }
        }
        let restorer = InputRestorer(
            topic: topic, stateOf: stateOf, layout: context.layout, client: client, logger: logger)
        let replaced = try restorer.restore(goals, into: database)
        if replaced.isEmpty { return }
        try restore(replaced)
        _ = try restorer.restore(goals, into: database)
    }
}
