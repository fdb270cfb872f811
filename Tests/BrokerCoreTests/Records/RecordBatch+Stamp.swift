@testable import BrokerCore
@testable import KafkaProtocol
@testable import KafkaRecords

extension RecordBatch {
    /// Sets what the broker sets: base offset and leader epoch, which the checksum does not cover.
    mutating func stamp(baseOffset: Int64, leaderEpoch: Int32) {
        var copy = bytes
        copy.setInteger(baseOffset, at: copy.readerIndex + RecordBatchHeader.Field.baseOffset)
        copy.setInteger(leaderEpoch, at: copy.readerIndex + RecordBatchHeader.Field.partitionLeaderEpoch)
        guard let stamped = try? RecordBatch.next(from: &copy) else {
            // A whole batch stays one whatever its offset.
            preconditionFailure("a batch could not be read again")
        }
        self = stamped
    }
}
