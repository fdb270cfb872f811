import KafkaRecords
import NIOCore

/// A record that was read. Key, value and headers are taken out of its batch when they are asked for.
public struct ConsumerRecord: Sendable {
    /// Its place in the partition.
    public let offset: Int64
    /// Milliseconds since 1970, by the producer's clock or the broker's, as the topic is set. -1 for none.
    public let timestamp: Int64

    let payload: ByteBuffer
    let slot: RecordSlot

    /// Nil for null. Shares the batch's memory.
    public var key: ByteBuffer? { part(slot.keyStart, slot.keyEnd) }
    /// Nil for null: what deletes a key on a compacted topic. Shares the batch's memory.
    public var value: ByteBuffer? { part(slot.valueStart, slot.valueEnd) }
    /// In the producer's order; decoded on each call.
    public var headers: [RecordHeader] {
        payload.withUnsafeReadableBytes { RecordLayout.headers($0, from: Int(slot.headersStart), to: Int(slot.end)) }
            .map { RecordHeader(name: $0.name, value: $0.value) }
    }

    private func part(_ start: Int32, _ end: Int32) -> ByteBuffer? {
        start < 0 ? nil : payload.getSlice(at: payload.readerIndex + Int(start), length: Int(end - start))
    }
}
