@testable import BrokerCore

/// Transactions and the offsets that went with them.
extension Life {
    func verifyTransactions(_ views: [Place: PartitionView]) {
        var seen: Set<String> = []
        for view in views.values { for read in view.committed { seen.insert(read.value ?? "") } }
        for transaction in ledger.transactions {
            // A record that compaction or retention may have taken tells nothing by being away.
            let telling = transaction.records.filter { record in
                let topic = settings.topic(record.place.topic)
                return (topic?.keys ?? 0) == 0 && !(topic?.forgets ?? false)
            }
            let present = transaction.records.filter { seen.contains($0.value) }
            let missing = telling.filter { !seen.contains($0.value) }
            if let there = present.first, let gone = missing.first {
                fail(
                    .transactionsAreWhole,
                    "\(transaction.name): \(there.value) is seen in \(there.place), \(gone.value) is not in \(gone.place)"
                )
            }
            if let gone = missing.first, transaction.outcome == true {
                fail(.outcomeIsKept, "\(transaction.name) was committed, and \(gone.value) is not in \(gone.place)")
            }
            if let there = present.first, transaction.outcome == false || !transaction.commitWasSent {
                fail(
                    .outcomeIsKept,
                    "\(transaction.name) was \(transaction.outcome == false ? "aborted" : "never committed"), and \(there.value) is seen"
                )
            }
            if transaction.outcome == nil { coverage[.undecided] += 1 }
        }
        for family in families { verifyOffsets(family, seen) }
    }

    /// A family's group stands where its last committed transaction put it.
    private func verifyOffsets(_ family: TransactionalFamily, _ seen: Set<String>) {
        let own = ledger.transactions.filter { $0.family == family.number && $0.offset != nil }
        guard !own.isEmpty else { return }
        let place = GroupPlace(group: family.group, place: settings.places[0])
        let found = committedOffset(place)
        var allowed: Set<Int64> = [-1]
        for transaction in own {
            guard let offset = transaction.offset else { continue }
            // Records that are seen tell the outcome; without them it is open whether an unanswered commit came through.
            if transaction.outcome == true || transaction.records.contains(where: { seen.contains($0.value) }) {
                allowed = [offset]
            } else if transaction.outcome == nil, transaction.commitWasSent,
                transaction.records.allSatisfy({
                    (settings.topic($0.place.topic)?.keys ?? 0) > 0 || settings.topic($0.place.topic)?.forgets ?? false
                })
            {
                allowed.insert(offset)
            }
        }
        if !allowed.contains(found) {
            fail(
                .offsetsFollowTransactions, "\(family.group) stands at \(found), must be at one of \(allowed.sorted())")
        }
    }

    func verifyGroupOffsets() {
        for (place, offset) in ledger.committedOffsets {
            let found = committedOffset(place)
            if found < offset || found > ledger.sentOffsets[place] ?? -1 {
                fail(
                    .offsetsNeverGoBack,
                    "\(place.group) stands at \(found) in \(place.place), \(offset) was acknowledged")
            }
        }
    }

    private func committedOffset(_ place: GroupPlace) -> Int64 {
        let partition = TopicPartition(topic: place.place.topic, partition: place.place.partition)
        return broker.core.groups.groups[place.group]?.offsets.committed[partition]?.offset ?? -1
    }
}
