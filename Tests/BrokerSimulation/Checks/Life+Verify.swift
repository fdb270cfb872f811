@testable import BrokerCore

/// What is checked once a run is over and all is quiet.
extension Life {
    func verifyEverything() {
        do {
            var views: [Place: PartitionView] = [:]
            for place in places { views[place] = try broker.view(place) }
            for place in places { verify(place, views[place] ?? PartitionView()) }
            for reader in readers { verify(reader, views[reader.place] ?? PartitionView()) }
            watcher?.verifySeen()
            verifyTransactions(views)
            verifyGroupOffsets()
            try verifyRecovery(views)
        } catch let found as Violation {
            fail(found)
        } catch {
            fail(.recoverySucceeds, "\(error)")
        }
    }

    // MARK: One partition

    func verify(_ place: Place, _ view: PartitionView) {
        if view.stableOffset != view.highWatermark {
            fail(
                .nothingHangs,
                "\(place) is stable to \(view.stableOffset) of \(view.highWatermark), long after every timeout")
        }
        let topic = settings.topic(place.topic)
        verifyDensity(place, view, compacts: topic?.compacts ?? false)
        verifyOrder(place, view, mayHaveGaps: (topic?.keys ?? 0) > 0 || topic?.forgets ?? false)
        verifyKept(place, view)
    }

    private func verifyDensity(_ place: Place, _ view: PartitionView, compacts: Bool) {
        var next = view.start
        for (index, batch) in view.batches.enumerated() {
            let isFirst = index == 0 && batch.upperBound >= view.start
            guard batch.lowerBound == next || (batch.lowerBound > next && compacts) || isFirst else {
                return fail(.offsetsAreDense, "\(place) has a batch at \(batch) where \(next) comes next")
            }
            next = batch.upperBound + 1
        }
        if next != view.highWatermark {
            fail(.offsetsAreDense, "\(place) ends at \(next), its high watermark is \(view.highWatermark)")
        }
        var last: Int64 = -1
        for record in view.all {
            guard record.offset > last else {
                return fail(.offsetsAreDense, "\(place) has offset \(record.offset) after \(last)")
            }
            last = record.offset
        }
    }

    /// Each producer's records: sent here, once, in order, none left out between two that are there.
    private func verifyOrder(_ place: Place, _ view: PartitionView, mayHaveGaps: Bool) {
        var lastIndexes: [Int: Int] = [:]
        let compacts = settings.topic(place.topic)?.compacts ?? false
        for read in view.all {
            guard let record = ledger.records[read.value ?? ""], record.place == place, record.key == read.key else {
                return fail(.nothingInvented, "\(place) has \(read.value ?? "nothing") at \(read.offset)")
            }
            let last = lastIndexes[record.stream]
            if let last, record.index <= last {
                return fail(
                    record.index == last ? .noDuplicates : .producerOrder,
                    "\(place) has \(record.value) at \(read.offset), after the stream's \(last)")
            }
            let isAborted = record.transaction.map { $0.outcome != true } ?? false
            let expected = last.map { $0 + 1 } ?? (record.transaction == nil ? 0 : record.index)
            if record.index != expected, !mayHaveGaps, !(compacts && isAborted) {
                return fail(
                    .producerOrder,
                    "\(place) has \(record.value) at \(read.offset), the stream's \(expected) is missing")
            }
            lastIndexes[record.stream] = record.index
        }
    }

    private func verifyKept(_ place: Place, _ view: PartitionView) {
        let offsets = Dictionary(view.committed.map { ($0.value ?? "", $0.offset) }) { first, _ in first }
        if offsets.count != view.committed.count { fail(.noDuplicates, "\(place) has a committed record twice") }
        let topic = settings.topic(place.topic)
        var newest: [String: Int64] = [:]
        if topic?.keys ?? 0 > 0 { for read in view.committed { newest[read.key ?? ""] = read.offset } }
        for record in ledger.records.values where record.place == place {
            guard let promised = record.acknowledgedOffset else { continue }
            if let found = offsets[record.value] {
                if found != promised {
                    fail(
                        .acknowledgedRecordIsKept, "\(record.value) was acknowledged at \(promised) and is at \(found)")
                }
                continue
            }
            if topic?.forgets ?? false, promised < view.start { continue }
            if let transaction = record.transaction, transaction.outcome != true { continue }
            if topic?.keys ?? 0 > 0 {
                if newest[record.key].map({ $0 > promised }) ?? false { continue }
                trace?(
                    "view \(view.batches) committed \(view.committed.map { ($0.offset, $0.key ?? "") }) all \(view.all.map { ($0.offset, $0.key ?? "") }) aborted \(String(describing: broker.core.partition(place.topic, place.partition)?.transactions.aborted))"
                )
                fail(
                    .keysKeepTheirLatest,
                    "\(record.value) at \(promised) was the latest of \(record.key) in \(place) and is gone")
            }
            fail(.acknowledgedRecordIsKept, "\(record.value) was acknowledged at \(promised) and is not in \(place)")
        }
    }

    // MARK: Readers

    /// What a reader saw on its way is what there is.
    private func verify(_ reader: Reader, _ view: PartitionView) {
        let topic = settings.topic(reader.place.topic)
        let present = reader.committedOnly ? view.committed : view.all
        let end = reader.committedOnly ? view.stableOffset : view.highWatermark
        if reader.position < end { fail(.readersSeeTheSame, "\(reader.name) stopped at \(reader.position) of \(end)") }
        let seen = Set(reader.seen)
        if topic?.forgets ?? false || topic?.keys ?? 0 > 0 {
            guard !(topic?.forgets ?? false) else { return }
            let missed = present.map { Reader.Seen(offset: $0.offset, value: $0.value ?? "") }.first {
                !seen.contains($0) && !reader.mayComeAndGo($0)
            }
            if let missed { fail(.readersSeeTheSame, "\(reader.name) never got \(missed)") }
            return
        }
        let now = Set(present.map { Reader.Seen(offset: $0.offset, value: $0.value ?? "") })
        let missed = now.subtracting(seen).filter { !reader.mayComeAndGo($0) }
        if let missed = missed.min(by: { $0.offset < $1.offset }) {
            return fail(.readersSeeTheSame, "\(reader.name) never got \(missed)")
        }
        let gone = seen.subtracting(now).filter { !reader.mayComeAndGo($0) }
        if let gone = gone.min(by: { $0.offset < $1.offset }) {
            fail(.readersSeeTheSame, "\(reader.name) got \(gone), which is not there")
        }
    }
}
