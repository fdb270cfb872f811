@testable import BrokerCore
@testable import BrokerStorage

/// What is checked around restarts.
extension Life {
    /// Cheap checks after every start: nothing that was promised is beyond what the broker knows of.
    func verifyAfterRestart() {
        for finding in broker.report.findings where !finding.hasSuffix("bytes of an unfinished write were cut") {
            fail(.recoverySucceeds, "recovery found: \(finding)")
        }
        for place in places {
            guard let log = broker.core.partition(place.topic, place.partition) else {
                fail(.recoverySucceeds, "\(place) is gone")
                continue
            }
            if let damage = log.damage { fail(.recoverySucceeds, "\(place) is damaged: \(damage)") }
            if log.highWatermark < ledger.acknowledgedEnd[place] ?? 0 {
                fail(
                    .acknowledgedRecordIsKept,
                    "\(place) ends at \(log.highWatermark), \(ledger.acknowledgedEnd[place] ?? 0) was acknowledged")
            }
            if log.highWatermark < ledger.highWatermarks[place] ?? 0
                || log.lastStableOffset < ledger.stableOffsets[place] ?? 0
            {
                fail(
                    .watermarksNeverGoBack,
                    "\(place) came back with \(log.lastStableOffset) and \(log.highWatermark), readers had \(ledger.stableOffsets[place] ?? 0) and \(ledger.highWatermarks[place] ?? 0)"
                )
            }
        }
        // What was forgotten but not yet durably so is known again.
        for family in families where broker.core.transactions.transaction(family.id) != nil {
            family.isForgotten = false
        }
        if let id = ledger.deletedTopics.first(where: { broker.core.topicName($0) != nil }) {
            fail(.deletedStaysDeleted, "\(broker.core.topicName(id) ?? "") is there again after a restart")
        }
        for (place, offset) in ledger.committedOffsets {
            let partition = TopicPartition(topic: place.place.topic, partition: place.place.partition)
            let found = broker.core.groups.groups[place.group]?.offsets.committed[partition]?.offset ?? -1
            if found < offset {
                fail(
                    .offsetsNeverGoBack,
                    "\(place.group) came back at \(found) in \(place.place), \(offset) was acknowledged")
            }
        }
    }

    /// Recovers copies of the files, one after the other and one from another's end.
    func verifyRecoveryIsIdempotent() {
        do {
            let files = broker.files.copy()
            let first = StateFingerprint(try recover(files), isExact: true)
            let second = StateFingerprint(try recover(files), isExact: true)
            if let difference = first.difference(to: second) { fail(.recoveryIsIdempotent, difference) }
        } catch {
            fail(.recoveryIsIdempotent, "\(error)")
        }
    }

    private func recover(_ files: SimulatedFiles) throws(StorageError) -> RecoveredState {
        try Recovery(files: files, settings: settings.broker, now: broker.now, seed: 1).run()
    }

    /// All is quiet, so whatever happens to the machine now, everything comes back.
    func verifyRecovery(_ views: [Place: PartitionView]) throws {
        if random.chance(0.3) {
            broker.shutDown()
            broker.settle()
        }
        let files = broker.files.copy()
        if random.chance(0.7) { files.losePower(&random) }
        let before = StateFingerprint(broker.core, isExact: false, leavesOutIdleProducers: coverage[.longSleeps] > 0)
        let after = StateFingerprint(
            try recover(files), isExact: false, leavesOutIdleProducers: coverage[.longSleeps] > 0)
        if let difference = before.difference(to: after) { return fail(.recoveryBringsBackAll, difference) }
        let again = try SimulatedBroker(files: files, settings: settings.broker)
        for place in places {
            let view = try again.view(place)
            verify(place, view)
            // The new broker may compact at once, which takes nothing committed unless keys come again.
            let topic = settings.topic(place.topic)
            let isSame = topic?.compacts ?? false ? view.committed == views[place]?.committed : view == views[place]
            if !isSame, topic?.keys ?? 0 == 0 {
                fail(.recoveryBringsBackAll, "\(place) reads differently after a restart")
            }
        }
        verifyRecoveryIsIdempotent()
    }

    func noteCoverage() {
        coverage[.steps] = step
        coverage[.requests] = broker.requests
        coverage[.diskErrors] = broker.files.faultsStruck
        for log in broker.core.logs.values {
            if log.segments.count > 1 { coverage[.segmentRolls] += log.segments.count - 1 }
            if log.startOffset > 0 { coverage[.retentions] += 1 }
        }
        coverage.add(broker.coverage)
    }
}
