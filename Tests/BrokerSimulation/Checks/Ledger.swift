@testable import BrokerCore
@testable import KafkaProtocol

/// A partition.
struct Place: Hashable, Comparable, CustomStringConvertible {
    var topic: String
    var partition: Int32
    var description: String { "\(topic)-\(partition)" }
    static func < (left: Place, right: Place) -> Bool { (left.topic, left.partition) < (right.topic, right.partition) }
}

/// One record that a client sent, and what it was promised.
final class SentRecord {
    let value: String
    let key: String
    let place: Place
    /// Whose it is; its position among the records of the same stream is ``index``.
    let stream: Int
    let index: Int
    let transaction: SentTransaction?
    /// Where the broker said it is.
    var acknowledgedOffset: Int64?

    init(value: String, key: String, place: Place, stream: Int, index: Int, transaction: SentTransaction?) {
        self.value = value
        self.key = key
        self.place = place
        self.stream = stream
        self.index = index
        self.transaction = transaction
    }
}

/// One transaction, as its client and the broker's answers tell it.
final class SentTransaction {
    let name: String
    let family: Int
    let number: Int
    var records: [SentRecord] = []
    /// Its group's offset, once the broker has taken it.
    var offset: Int64?
    var commitWasSent = false
    /// What the broker said became of it; nil while it has said nothing.
    var outcome: Bool?

    init(name: String, family: Int, number: Int) {
        self.name = name
        self.family = family
        self.number = number
    }
}

/// A group's position in one partition.
struct GroupPlace: Hashable {
    var group: String
    var place: Place
}

/// Everything that was sent and promised in a run.
final class Ledger {
    var records: [String: SentRecord] = [:]
    var streams = 0
    var transactions: [SentTransaction] = []
    /// The end of what was acknowledged, by partition.
    var acknowledgedEnd: [Place: Int64] = [:]
    /// The furthest that any reader was given.
    var highWatermarks: [Place: Int64] = [:]
    var stableOffsets: [Place: Int64] = [:]
    /// The highest offset whose commit was acknowledged, and the highest that was ever sent.
    var committedOffsets: [GroupPlace: Int64] = [:]
    var sentOffsets: [GroupPlace: Int64] = [:]
    var fetchedOffsets: [GroupPlace: Int64] = [:]
    /// The highest generation that was ever announced, by group.
    var generations: [String: Int32] = [:]
    var producerIDs: Set<Int64> = []
    /// Partitions that came after the topics were made.
    var addedPlaces: [Place] = []
    /// The ids of topics whose deletion was acknowledged.
    var deletedTopics: Set<TopicID> = []

    deinit {
        // A record knows its transaction and a transaction its records.
        for transaction in transactions { transaction.records = [] }
    }

    func newStream() -> Int {
        streams += 1
        return streams
    }

    /// The broker has acknowledged records that were sent in one batch.
    func acknowledge(_ records: [SentRecord], at baseOffset: Int64) -> Violation? {
        for (index, record) in records.enumerated() {
            let offset = baseOffset + Int64(index)
            if let before = record.acknowledgedOffset, before != offset {
                return Violation(
                    invariant: .acknowledgedRecordIsKept,
                    detail: "\(record.value) was acknowledged at \(before) in \(record.place), and again at \(offset)")
            }
            record.acknowledgedOffset = offset
        }
        if let last = records.last {
            acknowledgedEnd[last.place] = max(acknowledgedEnd[last.place] ?? 0, baseOffset + Int64(records.count))
        }
        return nil
    }

    /// A reader was given a partition's ends.
    func note(_ place: Place, highWatermark: Int64, stableOffset: Int64) {
        highWatermarks[place] = max(highWatermark, highWatermarks[place] ?? 0)
        stableOffsets[place] = max(stableOffset, stableOffsets[place] ?? 0)
    }

    /// The broker has acknowledged a group's commit.
    func committed(_ place: GroupPlace, _ offset: Int64) -> Violation? {
        if let before = committedOffsets[place], offset < before {
            return Violation(
                invariant: .offsetsNeverGoBack,
                detail: "\(place.group) committed \(before) for \(place.place), and then \(offset)")
        }
        committedOffsets[place] = offset
        return nil
    }

    /// The broker was asked for a group's position.
    func fetched(_ place: GroupPlace, _ offset: Int64) -> Violation? {
        let least = max(committedOffsets[place] ?? -1, fetchedOffsets[place] ?? -1)
        guard offset >= least, offset <= sentOffsets[place] ?? -1 else {
            return Violation(
                invariant: .offsetsNeverGoBack,
                detail:
                    "\(place.group) stands at \(offset) in \(place.place), which must be \(least) to \(sentOffsets[place] ?? -1)"
            )
        }
        fetchedOffsets[place] = offset
        return nil
    }
}
