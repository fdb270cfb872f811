import NIOCore
import Testing

@testable import BrokerCore
@testable import BrokerSimulation
@testable import KafkaProtocol
@testable import KafkaRecords

@Suite("Journal")
struct JournalTests {
    private let log = PartitionLog(
        id: 42, topic: "t", partition: 0, directory: "topics/t/0-42", config: LogConfig(), createdAt: 0)
    private let start = JournalPosition(file: 0, offset: 0, nextSequence: 1, previousChecksum: 0)

    /// A commit with one frame per group of values, each value a batch.
    private func frames(_ groups: [[String]], from offset: Int64 = 0, after position: JournalPosition? = nil) throws
        -> (frames: [ByteBuffer], checksum: UInt32)
    {
        let position = position ?? start
        var all: [ByteBuffer] = []
        var checksum = position.previousChecksum
        var next = offset
        for (index, group) in groups.enumerated() {
            var builder = JournalFrameBuilder(capacity: 64)
            for value in group {
                var bytes = try Batches.make([value])
                guard let batch = try RecordBatch.next(from: &bytes) else { continue }
                var header = batch.header
                header.baseOffset = next
                builder.add(header, bytes: batch.bytes, log: log, position: 0, segmentBaseOffset: 0)
                next += 1
            }
            let made = builder.finish(nextSequence: position.nextSequence + UInt64(index), previousChecksum: checksum)
            all += made.frames
            checksum = made.checksum
        }
        return (all, checksum)
    }

    private func read(_ files: SimulatedFiles, _ numbers: [UInt32] = [0], from position: JournalPosition? = nil) throws
        -> [[Int64]]
    {
        var reader = JournalReader(files: files, fileNumbers: numbers, position: position ?? start)
        var offsets: [[Int64]] = []
        while let entries = try reader.next() { offsets.append(entries.map(\.offset)) }
        return offsets
    }

    @Test("frames are read back in order, with the bytes that were written")
    func roundTrip() throws {
        let files = SimulatedFiles()
        try files.write(JournalFiles.name(0), at: 0, try frames([["a", "b"], ["c"], ["d", "e", "f"]]).frames)
        #expect(try read(files) == [[0, 1], [2], [3, 4, 5]])
        var reader = JournalReader(files: files, fileNumbers: [0], position: start)
        var data = try #require(try reader.next()?.last?.data)
        let batch = try #require(try RecordBatch.next(from: &data))
        #expect(batch.header.baseOffset == 1)
        #expect(try Batches.read(batch.bytes, from: 0).records.map(\.value) == ["b"])
    }

    @Test("a journal cut at any byte ends with the last whole frame")
    func cuts() throws {
        let parts = try frames([["a"], ["b", "bb"], ["c"]]).frames
        let whole = WireFrame.joined(parts)
        let ends = parts.indices.map { index in parts[...index].reduce(0) { $0 + $1.readableBytes } }
        for cut in 0...whole.readableBytes {
            let files = SimulatedFiles()
            // Behind the cut is what was there before.
            try files.write(
                JournalFiles.name(0), at: 0, [ByteBuffer(repeating: 0xAA, count: whole.readableBytes + 100)])
            try files.write(JournalFiles.name(0), at: 0, [whole.getSlice(at: 0, length: cut) ?? ByteBuffer()])
            #expect(try read(files).count == ends.count { $0 <= cut })
        }
    }

    @Test("one changed byte ends the journal at its frame, wherever it is")
    func bitRot() throws {
        let parts = try frames([["a"], ["b"], ["c"]]).frames
        let whole = WireFrame.joined(parts)
        for index in 0..<whole.readableBytes {
            let files = SimulatedFiles()
            try files.write(JournalFiles.name(0), at: 0, [whole])
            files.corrupt(JournalFiles.name(0)) { $0[index] ^= 0x10 }
            let frame = index / parts[0].readableBytes
            // The place in the commit is not looked at by what follows, but the checksum covers it as well.
            #expect(try read(files).count == frame, "byte \(index)")
        }
    }

    @Test("what an earlier use of the file left behind is not taken for the continuation")
    func stale() throws {
        let files = SimulatedFiles()
        try files.write(JournalFiles.name(0), at: 0, try frames([["a"], ["b"], ["c"]]).frames)
        // The same file again from the start, with other contents of the same size: the old second frame fits exactly behind.
        try files.write(JournalFiles.name(0), at: 0, try frames([["x"]]).frames)
        #expect(try read(files) == [[0]])
    }

    @Test("the reader goes on in the next file when one ends")
    func files() throws {
        let files = SimulatedFiles()
        let first = try frames([["a"], ["b"]])
        try files.write(JournalFiles.name(0), at: 0, first.frames)
        let middle = JournalPosition(file: 0, offset: 0, nextSequence: 3, previousChecksum: first.checksum)
        try files.write(JournalFiles.name(5), at: 0, try frames([["c"], ["d"]], from: 2, after: middle).frames)
        #expect(try read(files, [0, 5]) == [[0], [1], [2], [3]])
    }

    @Test("a large commit becomes several frames, an atomic section never does")
    func splitting() throws {
        func build(atomic: Bool) throws -> Int {
            var builder = JournalFrameBuilder(capacity: 64)
            let value = String(repeating: "v", count: 1 << 20)
            if atomic { builder.beginAtomic() }
            for offset in 0..<6 {
                var bytes = try Batches.make([value])
                guard let batch = try RecordBatch.next(from: &bytes) else { continue }
                var header = batch.header
                header.baseOffset = Int64(offset)
                builder.add(header, bytes: batch.bytes, log: log, position: 0, segmentBaseOffset: 0)
            }
            if atomic { builder.endAtomic() }
            return builder.finish(nextSequence: 1, previousChecksum: 0).frames.count
        }
        #expect(try build(atomic: false) > 1)
        #expect(try build(atomic: true) == 1)
    }

    @Test("a full file is left for a free one, and used again after a checkpoint")
    func recycling() {
        var journal = JournalFiles(fileBytes: 100, position: start, existing: [0])
        #expect(journal.place(60) == .init(file: 0, offset: 0))
        #expect(journal.place(40) == .init(file: 0, offset: 60))
        #expect(journal.place(1) == .init(file: 1, offset: 0, isNewFile: true, switched: true))
        #expect(journal.full == [0])
        #expect(journal.release(before: journal.position) == [])
        #expect(journal.free == [0])
        #expect(journal.place(100) == .init(file: 0, offset: 0, switched: true))
        // A frame larger than a file gets one to itself.
        #expect(journal.place(500).isNewFile == true)
        #expect(journal.full == [1, 0])
        // What is there beyond the usual two is given back.
        #expect(journal.release(before: journal.position) == [0])
        #expect(journal.free == [1])
    }
}
