import NIOCore

@testable import BrokerCore
@testable import KafkaProtocol
@testable import KafkaRecords

/// Makes bytes what their checksum says, so that a fuzzer gets past it.
enum BatchMending {
    /// Sets magic, length and checksum of the batch that fills `range`, which holds a header at least.
    static func mend(_ bytes: inout [UInt8], _ range: Range<Int>) {
        let start = range.lowerBound
        bytes[start + RecordBatchHeader.Field.magic] = 2
        put(Int32(range.count - RecordBatchHeader.lengthOverhead), &bytes, start + RecordBatchHeader.Field.batchLength)
        let checksum = bytes.withUnsafeBytes {
            RecordBatch.computeChecksum(UnsafeRawBufferPointer(rebasing: $0[range]))
        }
        put(checksum, &bytes, start + RecordBatchHeader.Field.checksum)
    }

    static func put<T: FixedWidthInteger>(_ value: T, _ bytes: inout [UInt8], _ position: Int) {
        for index in 0..<MemoryLayout<T>.size {
            bytes[position + index] = UInt8(truncatingIfNeeded: value >> (8 * (MemoryLayout<T>.size - 1 - index)))
        }
    }

    static func get<T: FixedWidthInteger>(_: T.Type, _ bytes: [UInt8], _ position: Int) -> T {
        bytes.withUnsafeBytes { T(bigEndian: $0.loadUnaligned(fromByteOffset: position, as: T.self)) }
    }
}
