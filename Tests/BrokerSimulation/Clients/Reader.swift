@testable import BrokerCore
@testable import KafkaProtocol

/// A consumer without a group that follows one partition, and remembers all that it has seen.
final class Reader: SimulatedClient {
    struct Seen: Hashable {
        var offset: Int64
        var value: String
    }

    let place: Place
    let committedOnly: Bool
    private(set) var position: Int64 = 0
    private var highWatermark: Int64 = 0
    private var stableOffset: Int64 = 0
    /// In the order of offsets.
    private(set) var seen: [Seen] = []

    init(life: Life, place: Place, committedOnly: Bool) {
        self.place = place
        self.committedOnly = committedOnly
        super.init(life: life, name: "\(committedOnly ? "committed" : "uncommitted") reader of \(place)")
    }

    /// Whether it has got all that it may have.
    var isAtEnd: Bool {
        guard let log = life.broker.core.partition(place.topic, place.partition) else { return true }
        return position >= log.readableEnd(committedOnly: committedOnly)
    }

    override func act() {
        guard waiting == 0 else { return }
        // Now and then it reads again what it has read.
        let rereads = position > 0 && life.random.chance(0.1)
        let offset = rereads ? Int64(life.random.below(Int(position))) : position
        if rereads { life.coverage[.rereads] += 1 }
        var request = FetchRequest()
        request.maxWaitMilliseconds = life.isDraining ? 0 : Int32(life.random.pick([0, 5, 100]))
        request.minBytes = Int32(life.random.pick([1, 1, 400]))
        request.maxBytes = Int32(life.random.pick([300, 1 << 20]))
        request.isolationLevel = committedOnly ? 1 : 0
        request.sessionEpoch = -1
        request.topics = [
            .init(
                topic: place.topic,
                partitions: [
                    .init(
                        partition: place.partition, fetchOffset: offset,
                        partitionMaxBytes: Int32(life.random.pick([200, 1000, 1 << 20])))
                ])
        ]
        send(request) { [self] (response: FetchResponse, _) in
            guard let part = response.topics.first?.partitions.first, part.errorCode == .none else { return }
            observe(part)
        } receive: { [self] response in
            guard let part = response.topics.first?.partitions.first else { return }
            take(part, from: offset)
        }
    }

    /// Between two answers to the same reader watermarks only go forward; those of different readers may cross, since an answer that
    /// had to wait for the disk shows when it began.
    private func observe(_ part: FetchResponse.Partition) {
        if part.highWatermark < highWatermark || part.lastStableOffset < stableOffset {
            life.fail(
                .watermarksNeverGoBack,
                "\(name) was given \(stableOffset) and \(highWatermark), and now \(part.lastStableOffset) and \(part.highWatermark)"
            )
        }
        highWatermark = part.highWatermark
        stableOffset = part.lastStableOffset
        life.ledger.note(place, highWatermark: highWatermark, stableOffset: stableOffset)
    }

    private func take(_ part: FetchResponse.Partition, from offset: Int64) {
        switch part.errorCode {
        case .none: break
        case .offsetOutOfRange where life.settings.topic(place.topic)?.forgets ?? false:
            position = max(position, life.broker.core.partition(place.topic, place.partition)?.startOffset ?? 0)
            return
        // The disk could not be read: the reader tries again.
        case .kafkaStorageError where life.hasDiskErrors: return
        default: return life.fail(.readersSeeTheSame, "\(name) at \(offset): \(part.errorCode)")
        }
        life.coverage[.fetches] += 1
        do {
            let read = try Batches.read(part.records, from: offset, aborted: part.abortedTransactions ?? [])
            life.coverage[.recordsRead] += read.records.count
            take(read.records, from: offset, next: read.next)
        } catch {
            life.fail(.readersSeeTheSame, "\(name) at \(offset): \(error)")
        }
    }

    private func take(_ records: [Batches.Read], from offset: Int64, next: Int64) {
        var last = offset - 1
        for record in records {
            guard record.offset > last, record.offset < next else {
                return life.fail(.offsetsAreDense, "\(name) got offset \(record.offset) after \(last)")
            }
            last = record.offset
            check(record)
        }
        compare(records.filter { $0.offset < position }, in: offset..<min(next, position))
        for record in records where record.offset >= position {
            seen.append(Seen(offset: record.offset, value: record.value ?? ""))
        }
        position = max(position, next)
    }

    private func check(_ record: Batches.Read) {
        guard let sent = life.ledger.records[record.value ?? ""], sent.place == place else {
            return life.fail(.nothingInvented, "\(name) got \(record.value ?? "nothing") at \(record.offset)")
        }
        if let promised = sent.acknowledgedOffset, promised != record.offset {
            life.fail(
                .acknowledgedRecordIsKept,
                "\(sent.value) was acknowledged at \(promised), \(name) got it at \(record.offset)")
        }
        guard committedOnly, let transaction = sent.transaction else { return }
        if !transaction.commitWasSent || transaction.outcome == false {
            life.fail(
                .openIsInvisible,
                "\(name) got \(sent.value), whose transaction \(transaction.outcome == false ? "was aborted" : "is open")"
            )
        }
    }

    /// What is read again is what was read; only what compaction or retention may take can be missing.
    private func compare(_ again: [Batches.Read], in range: Range<Int64>) {
        guard !range.isEmpty else { return }
        var expected = seen[firstIndex(range.lowerBound)..<firstIndex(range.upperBound)][...]
        for record in again {
            while let first = expected.first, first.offset < record.offset {
                if !mayLose(expected.removeFirst()) { return }
            }
            // A deletion that was not yet durable may have hidden it the first time.
            if expected.first?.offset != record.offset, life.settings.topic(place.topic)?.forgets ?? false { continue }
            if expected.first?.offset != record.offset,
                mayComeAndGo(Seen(offset: record.offset, value: record.value ?? ""))
            {
                continue
            }
            guard let first = expected.first, first.offset == record.offset, first.value == record.value else {
                return life.fail(
                    .readersSeeTheSame, "\(name) now gets \(record.value ?? "nothing") at \(record.offset)")
            }
            expected.removeFirst()
        }
        for left in expected where !mayLose(left) { return }
    }

    /// Whether compaction may have taken the record away when the reader came by, and a power loss has undone that since: the record was
    /// aborted, which only readers of everything see, or a later one of its key has replaced it.
    func mayComeAndGo(_ record: Seen) -> Bool {
        guard let topic = life.settings.topic(place.topic), topic.compacts, let sent = life.ledger.records[record.value]
        else { return false }
        if !committedOnly, let transaction = sent.transaction, transaction.outcome != true { return true }
        return topic.keys > 0
            && seen.contains { $0.offset > record.offset && life.ledger.records[$0.value]?.key == sent.key }
    }

    private func mayLose(_ gone: Seen) -> Bool {
        let topic = life.settings.topic(place.topic)
        let record = life.ledger.records[gone.value]
        let isAborted = record?.transaction.map { $0.outcome != true } ?? false
        if topic?.forgets ?? false || topic?.keys ?? 0 > 0 || (topic?.compacts ?? false && !committedOnly && isAborted)
        {
            return true
        }
        life.fail(.readersSeeTheSame, "\(name) had \(gone.value) at \(gone.offset) and gets it no more")
        return false
    }

    private func firstIndex(_ offset: Int64) -> Int {
        var low = 0
        var high = seen.count
        while low < high {
            let middle = (low + high) / 2
            if seen[middle].offset < offset { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
