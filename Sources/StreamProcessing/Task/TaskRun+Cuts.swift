import Kafka

/// A position that was cut away is never skipped in silence: a consumer's own reset would do just that.
extension TaskRun {
    /// Where to begin in these partitions. Waits until no transaction is pending on the group's offsets: what they say
    /// is then final.
    func startPositions(of partitions: [TopicPartition]) throws -> [TopicPartition: StartOffset] {
        let committed = try client.committed(partitions, timeout: .seconds(60))
        let plan = StartPlan(
            partitions, committed: committed, begins: try client.beginnings(of: partitions),
            ends: try client.ends(of: partitions),
            replaced: replaced, now: context.nowMilliseconds)
        unrecordedCuts = plan.cuts
        // They are done with once their cuts are written down; where there are none, now.
        if plan.cuts.isEmpty { replaced.removeAll() }
        // What this member knows the group to have committed; `checkPlaces` looks whether it still has.
        committedPositions = committed.filter { plan.starts[$0.key] == .offset($0.value) }
        (placesChecked, placesMissing) = (clock.now(), [])
        for cut in plan.cuts {
            logger.error(
                cut.isReplaced
                    ? "the log is another one than the group has read; it begins at the oldest record"
                    : "records that the group had not read are gone; it goes on at the oldest one that is left",
                metadata: [
                    "group": "\(definition.group)", "partition": "\(cut.place)", "from": "\(cut.from)",
                    "to": "\(cut.to)",
                ])
            metrics.cut(cut)
        }
        return plan.starts
    }

    /// Writes the cuts down, in one transaction with the positions behind them: a crash before it finds them again, one
    /// after it has them recorded.
    func recordCuts() throws {
        guard !unrecordedCuts.isEmpty else { return }
        if let cutJournal {
            try settleAbort()
            do {
                try client.beginTransaction()
                let topic = try client.topic(cutJournal.topic)
                for cut in unrecordedCuts {
                    let (key, value) = try cutJournal.record(cut)
                    try key.withUnsafeBytes { key in
                        try value.withUnsafeBytes {
                            try client.produce(
                                to: topic, partition: 0, key: key, value: $0, timestamp: nil, headers: [])
                        }
                    }
                }
                let positions = Dictionary(uniqueKeysWithValues: unrecordedCuts.map { ($0.place, $0.to) })
                try client.sendOffsets(positions)
                try commitTransaction()
            } catch {
                owesAbort = true
                throw error
            }
        }
        for cut in unrecordedCuts { committedPositions[cut.place] = cut.to }
        replaced.removeAll()
        unrecordedCuts.removeAll()
    }

    /// What an assigned place that the log does not have any more means. Records that were deleted are found by the
    /// next run's plan; a log that ends before the place may have grown past it by then, so that is found now.
    func outOfRange(_ error: KafkaError) -> any Error {
        do {
            let (begins, ends) = (try client.beginnings(of: assigned), try client.ends(of: assigned))
            let isCut = committedPositions.contains { $0.value < begins[$0.key] ?? 0 }
            var topics = Set(committedPositions.filter { $0.value > ends[$0.key] ?? .max }.map(\.key.topic))
            // It was out of range a moment ago, and is not now: the new log has grown.
            if topics.isEmpty, !isCut {
                topics = Set(definition.inputs.filter { error.context?.contains(" \($0)[") ?? false })
            }
            return topics.isEmpty
                ? error
                : TopicsReplaced(
                    positions: committedPositions.filter { topics.contains($0.key.topic) }, reason: "\(error)")
        } catch {
            return error
        }
    }

    /// A broker that deletes a topic forgets what groups have committed for it. Made again at once, it may have grown
    /// past this member's places before they are asked for: no error shows that, but the group's places that are gone
    /// do. Twice in a row, as a commit may be on its way.
    func checkPlaces() throws {
        guard clock.now() - placesChecked >= TaskRun.placeCheckInterval, !committedPositions.isEmpty else { return }
        placesChecked = clock.now()
        let places = Array(committedPositions.keys)
        let committed: [TopicPartition: Int64]
        do {
            committed = try client.committed(places, timeout: .seconds(5))
        } catch {
            if error.isFatal { throw error }
            return logger.debug(
                "the group's places could not be looked at, trying again later", metadata: ["error": "\(error)"])
        }
        let missing = Set(places.filter { committed[$0] == nil })
        let gone = Set(missing.intersection(placesMissing).map(\.topic))
        placesMissing = missing
        if gone.isEmpty { return }
        throw TopicsReplaced(
            positions: committedPositions.filter { gone.contains($0.key.topic) },
            reason: "the group's positions in it are gone")
    }
}
