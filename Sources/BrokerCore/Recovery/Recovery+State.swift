import BrokerStorage
import KafkaProtocol
import KafkaRecords
import NIOCore

/// Reading the broker's own logs into memory.
extension Recovery {
    /// Hands over every batch of an internal log, in order.
    func readAll(
        _ internalLog: InternalLog, in state: RecoveredState, _ body: (RecordBatch) throws -> Void
    ) throws(StorageError) {
        guard let log = state.logs[internalLog.rawValue] else { return }
        for segment in log.segments {
            let file = SegmentName.log(segment.baseOffset, in: log.directory)
            var scanner = SegmentScanner(
                files: files, file: file, position: 0, end: segment.size, firstOffset: segment.baseOffset)
            try scanner.forEach { (batch) throws(StorageError) in
                do { try body(batch) } catch {
                    throw .corrupt(file, "the batch at offset \(batch.header.baseOffset): \(error)")
                }
            }
        }
    }

    func loadGroups(_ state: inout RecoveredState) throws(StorageError) {
        var groups = state.groups
        try readAll(.offsets, in: state) { batch in
            if let marker = try TransactionMarker(batch) {
                groups.replayTransactionEnd(producerID: batch.header.producerID, committed: marker == .commit)
            }
            let producerID = batch.header.attributes.isTransactional ? batch.header.producerID : nil
            for record in try InternalRecord.read(batch) {
                try groups.replay(record, producerID: producerID, now: now)
            }
        }
        groups.finishReplay(now: now)
        state.groups = groups
    }

    /// Restores the transactional ids, and their open transactions from the logs that these have written to.
    func loadTransactions(_ state: inout RecoveredState) throws(StorageError) {
        var transactions = state.transactions
        try readAll(.transactions, in: state) { batch in
            for record in try InternalRecord.read(batch) {
                guard let (id, transaction) = try TransactionRecord.read(record) else { continue }
                if let transaction { transactions.restore(transaction) } else { transactions.forget(id) }
            }
        }
        for log in state.logs.values.sorted(by: { $0.id < $1.id }) {
            for (producer, entry) in log.producers.entries.sorted(by: { $0.key < $1.key })
            where entry.transactionFirstOffset >= 0 {
                let isOfGroups = log.id == InternalLog.offsets.rawValue
                let groups = isOfGroups ? state.groups.groups.filter { $1.offsets.pending[producer] != nil } : [:]
                let partitions = isOfGroups ? [] : [TopicPartition(topic: log.topic, partition: log.partition)]
                guard !groups.isEmpty || !partitions.isEmpty else { continue }
                if !transactions.recover(
                    producerID: producer, partitions: partitions, groups: Array(groups.keys), now: now)
                {
                    state.report.findings.append(
                        "\(log.directory) has an open transaction of producer \(producer), which no transactional id has"
                    )
                }
            }
        }
        state.transactions = transactions
    }
}
