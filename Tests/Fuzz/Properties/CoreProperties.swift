import NIOCore

@testable import EmbeddedBroker

/// Whatever clients send, the core goes on: every answer can be sent, the storage never fails, and a start on what was
/// stored finds the topics and logs that were there.
enum CoreProperties {
    static func check(_ input: UnsafeRawBufferPointer) throws {
        let script = CoreScript(input)
        let life = try CoreLife()
        for step in script.steps {
            switch step {
            case .pause(let milliseconds, let closing):
                if let closing { try life.close(closing) }
                try life.settle()
                try life.pause(milliseconds: milliseconds)
            case .frame(let bytes, let connection, let settles, let mends):
                var frame = Array(bytes)
                if mends { mendBatches(&frame) }
                try life.receive(ByteBuffer(bytes: frame), connection: connection)
                if settles { try life.settle() }
            }
            if let failure = life.failure { throw PropertyFailure("the storage failed: \(failure)") }
        }
        try life.settle()
        let before = life.durable
        let after: RecoveredState
        do { after = try life.recover() } catch { throw PropertyFailure("the next start fails: \(error)") }
        try require(after.report.findings.isEmpty, "the next start finds \(after.report.findings)")
        try require(after.metadata == before.metadata, "the next start finds other topics")
        let ends = JournalProperties.ends(after)
        try require(ends == before.ends, "the next start finds other logs: \(ends), before: \(before.ends)")
    }

    /// Sets the lengths and checksums of the batches in a Produce request.
    private static func mendBatches(_ frame: inout [UInt8]) {
        // What cannot be read has no batches to mend.
        guard case .produce(let request)? = try? BrokerRequest.decode(ByteBuffer(bytes: frame)).request else { return }
        for partition in request.topics.flatMap(\.partitions) {
            // The section is a slice of the frame, at its place.
            guard let records = partition.records, records.readableBytes >= RecordBatchHeader.size,
                records.readerIndex + records.readableBytes <= frame.count
            else { continue }
            let place = records.readerIndex..<records.readerIndex + records.readableBytes
            BatchMending.mend(&frame, place)
        }
    }
}
