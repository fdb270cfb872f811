@testable import BrokerCore
@testable import KafkaProtocol

/// A consumer whose group was declared to the broker beforehand: it reads from where the group stands, commits, stalls, dies and comes back.
/// Retention would like to take what it has not read.
final class DeclaredReader: SimulatedClient {
    enum Stage: Hashable { case position, read }

    let group: String
    let place: Place
    private var stage = Stage.position
    private var position: Int64 = 0
    /// The furthest that it ever asked to be committed.
    private var sent: Int64 = -1
    private var seen: Set<String> = []

    init(life: Life, group: String, place: Place) {
        self.group = group
        self.place = place
        super.init(life: life, name: group)
    }

    /// Whether it has read all that it may.
    var isAtEnd: Bool {
        guard let log = life.broker.core.partition(place.topic, place.partition) else { return true }
        return stage == .read && position >= log.readableEnd(committedOnly: true)
    }

    override func act() {
        guard waiting == 0 else { return }
        guard stage == .read else { return findPosition() }
        if !life.isDraining, life.random.chance(0.05) {
            // Its process ends, and another begins after a while.
            stage = .position
            stalledUntil = life.elapsed + Int64(life.random.pick([0, 100, 5000]))
        } else if position > sent, life.random.chance(0.3) {
            commit()
        } else {
            fetch()
        }
    }

    private func findPosition() {
        life.fetchOffsets(self, group: group, [.init(name: place.topic, partitions: [place.partition])]) {
            [self] found in
            position = max(0, found.first?.1 ?? 0)
            stage = .read
        }
    }

    private func commit() {
        let groupPlace = GroupPlace(group: group, place: place)
        let offset = position
        sent = offset
        life.ledger.sentOffsets[groupPlace] = max(life.ledger.sentOffsets[groupPlace] ?? -1, offset)
        let request = OffsetCommitRequest(
            groupID: group, generationIDOrMemberEpoch: -1,
            topics: [
                .init(name: place.topic, partitions: [.init(partitionIndex: place.partition, committedOffset: offset)])
            ])
        send(request) { [self] (answer: OffsetCommitResponse, _) in
            guard answer.topics.first?.partitions.first?.errorCode == ErrorCode.none else { return }
            if let violation = life.ledger.committed(groupPlace, offset) { life.fail(violation) }
        } receive: { (_: OffsetCommitResponse) in
        }
    }

    private func fetch() {
        let offset = position
        var request = FetchRequest()
        request.maxBytes = 1 << 20
        request.isolationLevel = 1
        request.sessionEpoch = -1
        request.topics = [
            .init(
                topic: place.topic,
                partitions: [.init(partition: place.partition, fetchOffset: offset, partitionMaxBytes: 1 << 20)])
        ]
        send(request) { [self] (response: FetchResponse) in
            guard let part = response.topics.first?.partitions.first else { return }
            take(part, from: offset)
        }
    }

    private func take(_ part: FetchResponse.Partition, from offset: Int64) {
        switch part.errorCode {
        case .none: break
        // The disk could not be read: it tries again.
        case .kafkaStorageError where life.hasDiskErrors: return
        // Its predecessor's commit was on its way to the disk when it asked where the group stands, and counts by now (seed 26,395): it asks
        // again. From the furthest that was ever asked to be committed, nothing may be gone.
        case .offsetOutOfRange where offset < sent:
            stage = .position
            return
        default:
            return life.fail(
                .unreadIsKept,
                "\(name) at \(offset) of \(place): \(part.errorCode), the log starts at \(part.logStartOffset)")
        }
        do {
            let read = try Batches.read(part.records, from: offset, aborted: part.abortedTransactions ?? [])
            for record in read.records { seen.insert(record.value ?? "") }
            position = max(position, read.next)
        } catch {
            life.fail(.readersSeeTheSame, "\(name) at \(offset): \(error)")
        }
    }

    /// At the end of a run: it got everything that was acknowledged, whenever it was away.
    func verifySeen() {
        for record in life.ledger.records.values where record.place == place {
            guard let offset = record.acknowledgedOffset, !seen.contains(record.value) else { continue }
            if let transaction = record.transaction, transaction.outcome != true { continue }
            life.fail(
                .unreadIsKept, "\(record.value) was acknowledged at \(offset) of \(place), and \(name) never got it")
        }
    }
}
