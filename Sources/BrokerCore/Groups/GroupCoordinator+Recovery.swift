import KafkaProtocol

/// Getting back what was known before a restart.
extension GroupCoordinator {
    /// Takes over a record of the log of group state.
    ///
    /// - Parameter producerID: the producer of the transactional batch that the record is in, nil for any other batch.
    /// - Throws: where the record's bytes make no sense; it is then ignored.
    mutating func replay(_ record: InternalRecord, producerID: Int64?, now: BrokerTime) throws(WireError) {
        switch try GroupRecord(record) {
        case nil: break
        case .offset(let id, let partition, let offset):
            if groups[id] == nil { groups[id] = ConsumerGroup(id: id, config: config) }
            if let producerID {
                guard let offset else { return }
                groups[id]?.offsets.addPending(producerID, partition, offset)
                transactionalGroups[producerID, default: []].insert(id)
            } else if let offset {
                groups[id]?.offsets.commit(partition, offset)
            } else {
                groups[id]?.offsets.remove(partition)
            }
        case .group(let id, let snapshot):
            var group = groups[id] ?? ConsumerGroup(id: id, config: config)
            group.restore(snapshot ?? GroupSnapshot(), now)
            groups[id] = group
        }
    }

    /// The end of a transaction in the log of group state.
    mutating func replayTransactionEnd(producerID: Int64, committed: Bool) {
        for id in transactionalGroups.removeValue(forKey: producerID) ?? [] {
            groups[id]?.offsets.endTransaction(producerID, committed: committed)
        }
    }

    /// All records have been replayed: sessions start now.
    mutating func finishReplay(now: BrokerTime) {
        for id in groups.keys.sorted() {
            guard let group = groups[id] else { continue }
            if group.isDisposable, group.protocolType == nil {
                remove(id)
            } else {
                schedule(id, group.nextDeadline)
            }
        }
        scheduleOffsetExpiry(now)
    }
}
