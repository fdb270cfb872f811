import KafkaProtocol
import NIOCore

/// A transactional id's state in the log of transactions.
///
/// Only what cannot be found elsewhere: the producer, its epoch, the timeout and how the last transaction ended. An
/// open transaction shows in the logs that it has written to.
enum TransactionRecord {
    private static let version: Int16 = 0

    private enum Outcome: Int8 {
        case none = 0
        case committed = 1
        case aborted = 2
    }

    /// The state once `transaction` has ended as `outcome` says; nil for one that was only initialized.
    static func record(_ transaction: Transaction, outcome commit: Bool?) -> InternalRecord {
        let outcome = commit.map { $0 ? Outcome.committed : .aborted } ?? .none
        // Records of the first versions end before the predecessor.
        return InternalRecord(
            key: key(transaction.id),
            value: ByteBuffer(
                wire: version, transaction.producerID, transaction.epoch, transaction.timeoutMilliseconds,
                outcome.rawValue, transaction.lastUpdate, transaction.predecessor?.id ?? -1,
                transaction.predecessor?.epoch ?? -1))
    }

    /// Deletes the id's state.
    static func tombstone(_ id: String) -> InternalRecord { InternalRecord(key: key(id)) }

    private static func key(_ id: String) -> ByteBuffer { ByteBuffer(wire: version, id) }

    /// The id, with its state unless that was deleted. Nil for a version that is not known.
    static func read(_ record: InternalRecord) throws(WireError) -> (id: String, state: Transaction?)? {
        var key = WireReader(record.key)
        guard try key.int16() == version else { return nil }
        let id = try key.string()
        guard let bytes = record.value else { return (id, nil) }
        var value = WireReader(bytes)
        guard try value.int16() == version else { return nil }
        var transaction = Transaction(
            id: id, producerID: try value.int64(), epoch: try value.int16(), timeoutMilliseconds: try value.int32())
        switch Outcome(rawValue: try value.int8()) {
        case .committed: transaction.phase = .completed(commit: true)
        case .aborted: transaction.phase = .completed(commit: false)
        case nil, .some(.none): transaction.phase = .empty
        }
        transaction.lastUpdate = try value.int64()
        if value.remaining > 0 {
            let predecessor = ProducerIdentity(id: try value.int64(), epoch: try value.int16())
            if predecessor.id >= 0 { transaction.predecessor = predecessor }
        }
        return (id, transaction)
    }
}
