import Kafka

extension TaskRun {
    /// Called inside a poll. The batch at hand is dropped with any change: whoever has its partitions next begins after the last commit.
    func rebalance(_ event: RebalanceEvent) {
        committedPositions.removeAll()
        work = nil
        processor.reset()
        do {
            // The client library would still hold a partition back that it is assigned again, now or later.
            try resume()
            switch event {
            case .assigned(let partitions): try assign(partitions)
            case .revoked(let partitions), .lost(let partitions): assigned.removeAll(where: partitions.contains)
            }
        } catch {
            rebalanceError = error
        }
    }

    private func assign(_ partitions: [TopicPartition]) throws {
        assigned = partitions
        context.partitionCount = try consumer.partitionCount(of: definition.inputs[0], timeout: .seconds(30))
        if let changelog = definition.changelog, let database {
            reporter.report(.restoring)
            // Waits until no transaction is pending on the inputs' offsets: what they say is then final.
            _ = try consumer.committed(partitions, timeout: .seconds(60))
            let mine = Set(partitions.map(\.partition)).sorted()
            try ChangelogRestorer(topic: changelog, stateOf: definition.stateOf, settings: settings, clientID: definition.name, logger: logger)
                .restore(mine, into: database)
        }
        // While something fails, it goes on being told until something succeeds.
        if failuresInARow == 0 { reporter.report(.running) }
    }
}
