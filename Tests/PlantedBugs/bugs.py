"""Bugs to plant: each an exact replacement in one file of the broker, with what it amounts to."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bug:
    name: str
    what: str
    file: str
    old: str
    new: str
    # The unit tests that find it, where a run meets it too seldom to be sure of: several crashes at just the right places.
    found_by: str = ""


BROKER = "Sources/BrokerCore/Broker/"
LOG = "Sources/BrokerCore/Log/"
COMMIT = "Sources/BrokerCore/Commit/"
READING = "Sources/BrokerCore/Reading/"
RECOVERY = "Sources/BrokerCore/Recovery/"
TRANSACTIONS = "Sources/BrokerCore/Transactions/"
GROUPS = "Sources/BrokerCore/Groups/"

BUGS = [
    Bug(
        "acknowledges-early", "a producer is answered before the journal is on disk",
        BROKER + "Broker+Produce.swift",
        "respondWhenDurable(context, response)",
        "respond(context, response)"),
    Bug(
        "no-journal-sync", "the journal is written but never synchronized",
        COMMIT + "CommitPipeline.swift",
        "if !settings.relaxedDurability { steps.append(.synchronize(file: file)) }",
        ""),
    Bug(
        "ignores-epoch", "the coordinator does not look at the epoch of a transactional batch",
        TRANSACTIONS + "TransactionCoordinator.swift",
        "guard transaction.isOf(producer.epoch) else { return .invalidProducerEpoch }\n        switch",
        "switch"),
    Bug(
        "same-identity-twice", "a late request of a predecessor is answered with its successor's identity",
        TRANSACTIONS + "TransactionCoordinator.swift",
        "if expected == transaction.predecessor, transaction.phase == .empty {",
        "if expected.epoch == transaction.epoch - 1, transaction.phase == .empty {"),
    Bug(
        "ends-for-zombies", "EndTxn of a fenced producer is carried out",
        TRANSACTIONS + "TransactionCoordinator+Ending.swift",
        "guard transaction.isOf(producer.epoch) else { return .refuse(.producerFenced) }\n        switch transaction.phase {\n        case .ending(let current)",
        "switch transaction.phase {\n        case .ending(let current)"),
    Bug(
        "forgets-the-end", "who asks again for the end of a transaction with an epoch of its own is taken for a zombie",
        TRANSACTIONS + "TransactionCoordinator+Ending.swift",
        "= (next.id, next.epoch, producer)",
        "= (next.id, next.epoch, nil)"),
    Bug(
        "keeps-the-epoch", "the end of a transaction does not give the epoch of its own that it promises",
        TRANSACTIONS + "TransactionCoordinator+Ending.swift",
        "ending.producer.epoch += 1",
        "ending.producer.epoch += 0"),
    Bug(
        "forgets-sequences", "after a restart the partition no longer knows its producers' last batches",
        RECOVERY + "Checkpoint.swift",
        "for producer in snapshot.producers { producers.restore(producer.id, producer.entry) }",
        "for producer in snapshot.producers where producer.entry.transactionFirstOffset >= 0 { producers.restore(producer.id, producer.entry) }"),
    Bug(
        "duplicates", "a batch that was sent again is appended again",
        LOG + "ProducerTable.swift",
        "return .duplicate(baseOffset: known.baseOffset, timestamp: known.timestamp)",
        "_ = known; return .append"),
    Bug(
        "shows-aborted", "read-committed readers are not given the list of aborted transactions",
        READING + "PendingFetch.swift",
        ".filter { $0.firstOffset < range.upperBound }",
        ".filter { _ in false }"),
    Bug(
        "shows-open", "the last stable offset ignores open transactions",
        LOG + "TransactionIndex.swift",
        "if let first = open.first { stable = min(stable, first) }",
        ""),
    Bug(
        "shows-undurable-end", "the last stable offset ignores a transaction whose marker is not durable",
        LOG + "TransactionIndex.swift",
        "for end in ending { stable = min(stable, end.firstOffset) }",
        ""),
    Bug(
        "drops-last-frame", "recovery takes a journal's last whole frame for torn",
        RECOVERY + "Recovery+Replay.swift",
        "while let entries = try reader.next() {",
        "var ahead = try reader.next()\n        while let entries = ahead {\n            ahead = try reader.next()\n            if ahead == nil { break }"),
    Bug(
        "trusts-torn-frames", "recovery does not check the data of a journal's frames",
        "Sources/BrokerCore/Journal/JournalReader.swift",
        "kind != .batch || isBatch(data, offset: fields.2, checksum: fields.4)",
        "kind != .batch || data.readableBytes > 0"),
    Bug(
        "commits-offsets-early", "a group's commit counts and is answered before it is durable",
        BROKER + "Broker+Groups.swift",
        "whenDurable(.groupsPersisted(id))",
        "perform(groups.persisted(id, now: now))"),
    Bug(
        "older-offsets", "a start keeps the first offset that it finds for a partition instead of the last",
        GROUPS + "GroupCoordinator+Recovery.swift",
        "groups[id]?.offsets.commit(partition, offset)",
        "if groups[id]?.offsets.committed[partition] == nil { groups[id]?.offsets.commit(partition, offset) }"),
    Bug(
        "offsets-of-aborted", "offsets of an aborted transaction count",
        GROUPS + "GroupOffsets.swift",
        "guard let offsets = pending.removeValue(forKey: producerID), isCommitted else { return }",
        "guard let offsets = pending.removeValue(forKey: producerID) else { return }"),
    Bug(
        "old-generation-commits", "members of any generation may commit",
        GROUPS + "ConsumerGroup+Offsets.swift",
        "if let error = check(member: id, instanceID: instanceID, generation: generation) { return error }",
        "if isTransactional, let error = check(member: id, instanceID: instanceID, generation: generation) { return error }"),
    Bug(
        "compacts-latest", "compaction drops, now and then, the latest record of a key",
        "Sources/BrokerCore/Compaction/CompactionFilter.swift",
        "if let latest = keys.latest(key), latest > offset { return false }",
        "if let latest = keys.latest(key), latest >= offset, offset % 5 == 0 { return false }"),
    Bug(
        "compacts-by-aborted", "an aborted record displaces an older one of its key",
        "Sources/BrokerCore/Compaction/CompactionJob.swift",
        "!batch.header.attributes.isControl,\n                        !isAborted(batch.header)",
        "!batch.header.attributes.isControl"),
    Bug(
        "forgets-fencing", "the new epoch of a transactional id is given out but not written down",
        BROKER + "Broker+Transactions.swift",
        "append([TransactionRecord.record(transaction, outcome: nil)], to: .transactions)",
        "if transaction.epoch == 0 { append([TransactionRecord.record(transaction, outcome: nil)], to: .transactions) }"),
    Bug(
        "no-timeout-after-restart", "a transaction that was open at a restart never times out",
        BROKER + "Broker.swift",
        "for id in transactions.transactions.keys.sorted() { watchTimeout(of: id) }",
        ""),
    Bug(
        "half-commits", "one of several partitions gets no marker when a transaction ends",
        BROKER + "Broker+Transactions.swift",
        "for log in targets {\n",
        "for log in targets.dropFirst(targets.count > 2 ? 1 : 0) {\n"),
    Bug(
        "releases-journal-early", "a checkpoint frees the journal without having synchronized the segments",
        RECOVERY + "CheckpointJob.swift",
        "try storage.synchronize(file)\n            } catch {\n                // Deleted",
        "if file.isEmpty { try storage.synchronize(file) }\n            } catch {\n                // Deleted"),
    Bug(
        "trusts-failed-sync", "a failed synchronization of a segment is simply tried again",
        BROKER + "Broker+Checkpoint.swift",
        "return fail(error)\n",
        "_ = error\n            checkpoints.isRequested = true\n            timers.set(.retryCheckpoint, at: now.monotonic + 1000)\n            return\n"),
    Bug(
        "reuses-producer-ids", "producer ids are given out without being reserved on disk",
        BROKER + "Broker+Transactions.swift",
        "change([.setNextProducerID(nextProducerID + Self.producerIDBlock)])",
        "metadata.apply(.setNextProducerID(nextProducerID + Self.producerIDBlock))"),
    Bug(
        "stale-cursors", "a reader's remembered place outlives the compaction of its segment",
        READING + "SegmentRead.swift",
        "guard request.log.layout == layout else { return }\n        request.log.cursors",
        "request.log.cursors"),
    Bug(
        "reads-undispatched", "readers look in the file for what is only about to be written",
        LOG + "PartitionLog+Reading.swift",
        "guard let unkept = firstUnkept, unkept.segmentBaseOffset <= segment.baseOffset else { return segment.size }",
        "guard let unkept = firstUnkept, unkept.segmentBaseOffset < 0 else { return segment.size }"),
    Bug(
        "forgets-readers", "retention does not ask who has yet to read",
        BROKER + "Broker+Retention.swift",
        "        let slowest = slowestReader(of: log)",
        "        let slowest: SlowestReader? = nil"),
    Bug(
        "trusts-page-cache", "a start relies on journal frames that may not have reached the device",
        RECOVERY + "Recovery+Replay.swift",
        "try makeSafe(first.lastCommit)",
        "try makeSafe([])"),
    Bug(
        "deletes-before-names", "a start deletes merged segments before the name of what replaced them is safe",
        RECOVERY + "Recovery+Replay.swift",
        "safe.\n            try files.synchronizeDirectory(log.directory)\n",
        "safe.\n", found_by="SegmentExchangeTests"),
    Bug(
        "forgets-leftovers", "an old segment that could not be removed is not thought of again",
        BROKER + "Broker+Compaction.swift",
        "if result?.error != nil {",
        "if result?.error != nil, log.id < 0 {", found_by="SegmentExchangeTests"),
    Bug(
        "unsafe-checkpoint-name", "a start relies on a checkpoint whose name may not have reached the device",
        RECOVERY + "Recovery.swift",
        'try files.synchronizeDirectory("")',
        "", found_by="RecoveryTests"),
    Bug(
        "unsafe-journal-name", "a start uses journal files whose names may not have reached the device",
        RECOVERY + "Recovery+Replay.swift",
        "try files.synchronizeDirectory(JournalFiles.directory)",
        ""),
    Bug(
        "refuses-forgotten-ids", "a producer whose transactional id was forgotten is refused instead of given a new identity",
        TRANSACTIONS + "TransactionCoordinator.swift",
        "guard let newProducerID else { return .needsProducerID }\n            var created",
        "guard expected == nil else { return .refuse(.invalidProducerIDMapping) }\n            guard let newProducerID else { return .needsProducerID }\n            var created"),
    Bug(
        "keeps-offsets-of-deleted", "what groups committed for a topic outlives it",
        BROKER + "Broker+Groups.swift",
        "perform(groups.deleteOffsets(ofTopics: [name]))",
        "_ = name"),
    Bug(
        "forgets-added-partitions", "added partitions are used but not written down",
        BROKER + "Broker+Topics.swift",
        "change([.setTopic(topic), .setNextLogID(first + added)])",
        "metadata.apply(.setTopic(topic)); metadata.apply(.setNextLogID(first + added))"),
]
