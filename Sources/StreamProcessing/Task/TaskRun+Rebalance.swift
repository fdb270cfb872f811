import Kafka

extension TaskRun {
    /// Called inside a poll. The batch at hand is dropped with any change: whoever has its partitions next begins after the last commit.
    ///
    /// - Returns: where to begin in the partitions that were assigned.
    func rebalance(_ event: RebalanceEvent) -> [TopicPartition: StartOffset] {
        committedPositions.removeAll()
        unrecordedCuts.removeAll()
        work = nil
        processor.reset()
        do {
            // The client library would still hold a partition back that it is assigned again, now or later.
            try resume()
            switch event {
            case .assigned(let partitions): return try assign(partitions)
            case .revoked(let partitions), .lost(let partitions): assigned.removeAll(where: partitions.contains)
            }
        } catch {
            rebalanceError = error
        }
        return [:]
    }

    private func assign(_ partitions: [TopicPartition]) throws -> [TopicPartition: StartOffset] {
        assigned = partitions
        context.partitionCount = try consumer.partitionCount(of: definition.inputs[0], timeout: .seconds(30))
        // First: the state is restored up to what is final then.
        let starts = try startPositions(of: partitions)
        if let changelog = definition.changelog, let database {
            reporter.report(.restoring)
            let mine = Set(partitions.map(\.partition)).sorted()
            try ChangelogRestorer(topic: changelog, stateOf: definition.stateOf, settings: settings, clientID: definition.name, logger: logger)
                .restore(mine, into: database)
        }
        // While something fails, it goes on being told until something succeeds.
        if failuresInARow == 0 { reporter.report(.running) }
        return starts
    }
}
