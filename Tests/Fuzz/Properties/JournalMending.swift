@testable import BrokerCore
@testable import KafkaProtocol
@testable import KafkaRecords

/// Makes the frames in a journal file's bytes whole: lengths that fit, the chain of sequence numbers and checksums, batches
/// that go on where their log ends. What the entries say stays.
enum JournalMending {
    static func mend(_ bytes: inout [UInt8]) {
        var start = 0
        var sequence: UInt64 = 1
        var previous: UInt32 = 0
        var ends: [LogID: Int64] = [:]
        while bytes.count - start >= JournalFormat.frameHeaderBytes, sequence < 256 {
            var size = Int(BatchMending.get(UInt32.self, bytes, start + 16))
            if size < JournalFormat.frameHeaderBytes || size > bytes.count - start { size = bytes.count - start }
            let frame = start..<start + size
            let headers = mendEntries(&bytes, frame, &ends)
            BatchMending.put(JournalFormat.magic, &bytes, start)
            BatchMending.put(sequence, &bytes, start + 8)
            BatchMending.put(UInt32(size), &bytes, start + 16)
            BatchMending.put(UInt32(headers.count), &bytes, start + 20)
            BatchMending.put(previous, &bytes, start + 24)
            previous = bytes.withUnsafeBytes { all in
                let checked = start + JournalFormat.checkedFrom..<start + JournalFormat.frameHeaderBytes
                return headers.reduce(CRC32C.checksum(UnsafeRawBufferPointer(rebasing: all[checked]))) {
                    checksum, header in
                    let entry = header..<header + JournalFormat.entryHeaderBytes
                    return CRC32C.checksum(UnsafeRawBufferPointer(rebasing: all[entry]), seed: checksum)
                }
            }
            BatchMending.put(previous, &bytes, start + 4)
            start = frame.upperBound
            sequence += 1
        }
    }

    /// - Returns: where the entries' headers are. The last entry takes what is left of the frame.
    private static func mendEntries(_ bytes: inout [UInt8], _ frame: Range<Int>, _ ends: inout [LogID: Int64]) -> [Int]
    {
        var headers: [Int] = []
        var position = frame.lowerBound + JournalFormat.frameHeaderBytes
        while frame.upperBound - position >= JournalFormat.entryHeaderBytes {
            let header = position
            position += JournalFormat.entryHeaderBytes
            headers.append(header)
            let kind = BatchMending.get(UInt32.self, bytes, header)
            if JournalEntryKind(rawValue: kind) == nil { BatchMending.put(kind % 3 + 1, &bytes, header) }
            var size = Int(BatchMending.get(UInt32.self, bytes, header + 16))
            let left = frame.upperBound - position
            if size > left || left - size < JournalFormat.entryHeaderBytes { size = left }
            BatchMending.put(UInt32(size), &bytes, header + 16)
            let data = position..<position + size
            position += size
            guard JournalEntryKind(rawValue: BatchMending.get(UInt32.self, bytes, header)) == .batch,
                size >= RecordBatchHeader.size
            else { continue }
            mendBatch(&bytes, data, header, &ends)
        }
        return headers
    }

    private static func mendBatch(
        _ bytes: inout [UInt8], _ data: Range<Int>, _ header: Int, _ ends: inout [LogID: Int64]
    ) {
        let log = BatchMending.get(LogID.self, bytes, header + 4)
        let offset = ends[log] ?? 0
        BatchMending.put(offset, &bytes, header + 8)
        BatchMending.put(offset, &bytes, data.lowerBound)
        BatchMending.put(0 as Int32, &bytes, data.lowerBound + RecordBatchHeader.Field.partitionLeaderEpoch)
        BatchMending.mend(&bytes, data)
        let batch = bytes.withUnsafeBytes { RecordBatchHeader(unchecked: UnsafeRawBufferPointer(rebasing: $0[data])) }
        BatchMending.put(batch.checksum, &bytes, header + 20)
        ends[log] = offset &+ Int64(batch.lastOffsetDelta) &+ 1
    }
}
