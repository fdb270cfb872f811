import KafkaRecords
import NIOCore

/// Records of one partition, in the order of its log.
///
/// They share the memory in which their batch came. What is kept of a record keeps that whole batch alive, so copy what
/// is kept for long.
public struct RecordRun: Sendable {
    /// Where the records are from.
    public let partition: TopicPartition
    /// The epoch of the leader that wrote them, -1 where the log does not say.
    public let leaderEpoch: Int32
    /// The offset to go on from when these are processed. It may be beyond the last record's offset + 1: what was
    /// removed by compaction or belongs to no committed transaction is left out.
    public internal(set) var nextOffset: Int64

    let payload: ByteBuffer
    private let baseOffset: Int64
    private let baseTimestamp: Int64
    /// Set if the broker's clock counts, for all records of a batch.
    private let appendTimestamp: Int64?
    var slots: ArraySlice<RecordSlot>
}

/// Where the parts of a record lie in its batch. A batch is smaller than 2 GiB.
struct RecordSlot: Sendable {
    var timestampDelta: Int64
    var offsetDelta: Int32
    /// -1 for null.
    var keyStart: Int32
    var keyEnd: Int32
    /// -1 for null.
    var valueStart: Int32
    var valueEnd: Int32
    var headersStart: Int32
    var end: Int32

    init(_ layout: RecordLayout) {
        timestampDelta = layout.timestampDelta
        offsetDelta = layout.offsetDelta
        keyStart = Int32(truncatingIfNeeded: layout.key?.lowerBound ?? -1)
        keyEnd = Int32(truncatingIfNeeded: layout.key?.upperBound ?? -1)
        valueStart = Int32(truncatingIfNeeded: layout.value?.lowerBound ?? -1)
        valueEnd = Int32(truncatingIfNeeded: layout.value?.upperBound ?? -1)
        headersStart = Int32(truncatingIfNeeded: layout.headers)
        end = Int32(truncatingIfNeeded: layout.end)
    }
}

extension RecordRun {
    /// Decodes a batch from the offset that is wanted.
    ///
    /// - Returns: the records, and why there are no more of them. Those before a malformed one are good.
    static func decode(
        _ fetched: FetchedBatch, of partition: TopicPartition, limit: Int
    ) throws(RecordError) -> (run: RecordRun, problem: RecordError?) {
        let header = fetched.batch.header
        guard let compression = header.attributes.compression else {
            throw .unknownCompression(header.attributes.compressionCode)
        }
        let payload = try compression.decompress(fetched.batch.payload, limit: Swift.min(limit, Int(Int32.max)))
        var slots: [RecordSlot] = []
        let problem = payload.withUnsafeReadableBytes { bytes -> RecordError? in
            // The smallest record takes seven bytes.
            slots.reserveCapacity(Swift.min(Int(header.recordCount), bytes.count / 7 + 1))
            var position = 0
            for index in 0..<Int(header.recordCount) {
                guard let layout = RecordLayout(bytes, at: position), layout.offsetDelta >= 0,
                    layout.offsetDelta <= header.lastOffsetDelta
                else { return .malformedRecord(index: index) }
                position = layout.end
                if header.baseOffset + Int64(layout.offsetDelta) >= fetched.from { slots.append(RecordSlot(layout)) }
            }
            return position == bytes.count ? nil : .bytesAfterRecords(bytes.count - position)
        }
        let run = RecordRun(
            partition: partition, leaderEpoch: header.partitionLeaderEpoch, nextOffset: header.nextOffset,
            payload: payload, baseOffset: header.baseOffset, baseTimestamp: header.baseTimestamp,
            appendTimestamp: header.attributes.timestampType == .logAppendTime ? header.maxTimestamp : nil,
            slots: slots[...])
        return (run, problem)
    }

    /// Takes the first `count` records off, as a run of their own.
    mutating func takeFirst(_ count: Int) -> RecordRun {
        var first = self
        first.slots = slots.prefix(count)
        slots = slots.dropFirst(count)
        if !slots.isEmpty, let last = first.slots.last { first.nextOffset = offset(of: last) + 1 }
        return first
    }

    private func offset(of slot: RecordSlot) -> Int64 { baseOffset + Int64(slot.offsetDelta) }

    private func timestamp(of slot: RecordSlot) -> Int64 { appendTimestamp ?? baseTimestamp &+ slot.timestampDelta }
}

// MARK: Access

extension RecordRun: RandomAccessCollection {
    /// 0, always.
    public var startIndex: Int { 0 }
    /// How many records there are.
    public var endIndex: Int { slots.count }

    /// A record, by its place in the run.
    public subscript(position: Int) -> ConsumerRecord {
        let slot = slots[slots.startIndex + position]
        return ConsumerRecord(offset: offset(of: slot), timestamp: timestamp(of: slot), payload: payload, slot: slot)
    }

    /// Hands each record over without counting references: the fastest way through them.
    ///
    /// The pointers are good inside `body`, and after it as long as this run is kept.
    public func forEachUnsafe<E: Error>(
        _ body: (
            _ offset: Int64, _ timestamp: Int64, _ key: UnsafeRawBufferPointer?, _ value: UnsafeRawBufferPointer?
        ) throws(E) -> Void
    ) throws(E) {
        let bytes = payload.withUnsafeReadableBytesWithStorageManagement { bytes, _ in bytes }
        func part(_ start: Int32, _ end: Int32) -> UnsafeRawBufferPointer? {
            start < 0 ? nil : UnsafeRawBufferPointer(rebasing: bytes[Int(start)..<Int(end)])
        }
        for slot in slots {
            try body(
                offset(of: slot), timestamp(of: slot), part(slot.keyStart, slot.keyEnd),
                part(slot.valueStart, slot.valueEnd))
        }
        withExtendedLifetime(payload) {}
    }
}
