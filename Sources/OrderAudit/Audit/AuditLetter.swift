import Kafka
import OrderEvents
import StreamProcessing

/// A dead letter as the audit sees it.
struct AuditLetter: Sendable {
    let consumption: Consumption
    /// Where the dead letter stands.
    let partition: Int32
    let offset: Int64
    /// Where the record stood that was set aside.
    let originPartition: Int32
    let originOffset: Int64
    let code: String
    /// Of the record's key and value.
    let fingerprint: UInt64
    /// How many bytes the record's value has, where the dead letter does not hold it.
    let omittedBytes: Int?
    /// The record that it is about was found.
    var isExplained = false

    var id: DeadLetterID {
        DeadLetterID(topic: consumption.topic.name, group: consumption.group, partition: partition, offset: offset)
    }
    var origin: DeadLetterOrigin {
        DeadLetterOrigin(topic: consumption.topic.name, partition: originPartition, offset: originOffset)
    }
}

extension AuditLetter {
    /// - Returns: nil if the headers do not say which record it is, or name another topic or group than the dead
    ///   letter's own.
    init?(
        _ consumption: Consumption, partition: Int32, offset: Int64, key: UnsafeRawBufferPointer?,
        value: UnsafeRawBufferPointer?,
        headers: [RecordHeader]
    ) {
        // Of a name that comes twice the first counts: the record's own headers follow the dead letter's.
        var known: [String: String] = [:]
        for header in headers where known[header.name] == nil { known[header.name] = header.text }
        guard known[DeadLetterHeader.topic] == consumption.topic.name,
            known[DeadLetterHeader.group] == consumption.group,
            let originPartition = known[DeadLetterHeader.partition].flatMap({ Int32($0) }),
            let originOffset = known[DeadLetterHeader.offset].flatMap({ Int64($0) }), originOffset >= 0,
            let code = known[DeadLetterHeader.code]
        else { return nil }
        self.init(
            consumption: consumption, partition: partition, offset: offset, originPartition: originPartition,
            originOffset: originOffset,
            code: code, fingerprint: Audit.fingerprint(key, value),
            omittedBytes: value == nil ? known[DeadLetterHeader.omitted].flatMap { Int($0) } : nil)
    }
}

/// What the dead letters of a partition are found by.
struct LetterKey: Hashable, Sendable {
    var consumption: Consumption
    var offset: Int64
}

/// What was decided about a dead letter: a record of `dead-letter-decisions`.
struct AuditDecision: Sendable, Decodable {
    enum Action: String, Sendable, Decodable {
        case replayed, discarded
    }

    var id: String
    var action: Action
    var origin: DeadLetterOrigin
}

/// All decisions: about 100 bytes each are kept.
struct AuditDecisions: Sendable {
    /// The records that were put back, whichever group's dead letter it began with.
    private(set) var replayedOrigins: Set<DeadLetterOrigin> = []
    /// The dead letters that were replayed, and the topic that the replay went to.
    private(set) var replayed: [String: String] = [:]
    private(set) var discarded: Set<String> = []

    /// A later decision about the same dead letter comes later and counts.
    mutating func add(_ decision: AuditDecision) {
        switch decision.action {
        case .replayed:
            replayedOrigins.insert(decision.origin)
            replayed[decision.id] = decision.origin.topic
            discarded.remove(decision.id)
        case .discarded: discarded.insert(decision.id)
        }
    }
}
