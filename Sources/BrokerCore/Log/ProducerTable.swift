import KafkaProtocol
import KafkaRecords

/// The producers of one partition.
///
/// Decides as Kafka does: a batch goes in only if it follows the producer's last one; an older epoch is fenced.
struct ProducerTable: Hashable, Sendable {
    private(set) var entries: [Int64: ProducerEntry] = [:]

    /// What to do with a batch that a client sent.
    func check(_ batch: RecordBatchHeader) -> ProducerVerdict {
        guard batch.hasProducerID else { return .append }
        guard let entry = entries[batch.producerID] else {
            // Never heard of, or forgotten: silent for long, or its records or the whole topic deleted. It goes on
            // where it is.
            return .append
        }
        guard batch.producerEpoch >= entry.epoch else { return .refuse(.invalidProducerEpoch) }
        // What is not part of a transaction that is open here would be taken for a part of it.
        let following: ProducerVerdict =
            entry.transactionFirstOffset >= 0 && !batch.attributes.isTransactional ? .refuse(.invalidTxnState) : .append
        guard batch.producerEpoch == entry.epoch else {
            return batch.baseSequence == 0 ? following : .refuse(.outOfOrderSequenceNumber)
        }
        let last = batch.lastSequence
        for known in entry.batches where known.firstSequence == batch.baseSequence && known.lastSequence == last {
            return .duplicate(baseOffset: known.baseOffset, timestamp: known.timestamp)
        }
        let expected: Int32 = entry.batches.isEmpty || entry.lastSequence == .max ? 0 : entry.lastSequence + 1
        if batch.baseSequence == expected { return following }
        // Behind the remembered batches (modulo the wrap of sequence numbers) is a very late repetition.
        let distance = (Int64(expected) - Int64(last) - 1) & 0x7fff_ffff
        return .refuse(
            !entry.batches.isEmpty && distance < 1 << 20 ? .duplicateSequenceNumber : .outOfOrderSequenceNumber)
    }

    /// Takes note of a batch that was appended.
    ///
    /// - Returns: the first offset of the transaction if the batch opened one.
    mutating func append(_ batch: RecordBatchHeader, now: Int64) -> Int64? {
        guard batch.hasProducerID else { return nil }
        return update(batch.producerID, epoch: batch.producerEpoch, now: now) { entry in
            entry.remember(
                .init(
                    firstSequence: batch.baseSequence, lastSequence: batch.lastSequence, baseOffset: batch.baseOffset,
                    timestamp: batch.attributes.timestampType == .logAppendTime ? batch.maxTimestamp : -1))
            guard batch.attributes.isTransactional, entry.transactionFirstOffset < 0 else { return nil }
            entry.transactionFirstOffset = batch.baseOffset
            return batch.baseOffset
        }
    }

    /// Takes note of a transaction's end marker.
    ///
    /// - Returns: the first offset of the transaction that it ends here, if there was one.
    mutating func endTransaction(producerID: Int64, epoch: Int16, now: Int64) -> Int64? {
        update(producerID, epoch: epoch, now: now) { entry in
            let first = entry.transactionFirstOffset
            entry.transactionFirstOffset = -1
            return first >= 0 ? first : nil
        }
    }

    /// Changes an entry in its place, without copying its batches.
    private mutating func update<Result>(
        _ producerID: Int64, epoch: Int16, now: Int64, _ change: (inout ProducerEntry) -> Result
    ) -> Result {
        func apply(_ entry: inout ProducerEntry) -> Result {
            if entry.epoch != epoch {
                entry.epoch = epoch
                entry.batches.removeAll(keepingCapacity: true)
            }
            entry.lastSeen = now
            return change(&entry)
        }
        return apply(&entries[producerID, default: ProducerEntry(epoch: epoch, lastSeen: now)])
    }

    /// Forgets producers that were silent since before `horizon` (milliseconds since 1970) and have no open
    /// transaction.
    mutating func expire(before horizon: Int64) {
        guard entries.contains(where: { $1.lastSeen < horizon && $1.transactionFirstOffset < 0 }) else { return }
        entries = entries.filter { $1.lastSeen >= horizon || $1.transactionFirstOffset >= 0 }
    }

    mutating func restore(_ producerID: Int64, _ entry: ProducerEntry) {
        entries[producerID] = entry
    }
}
