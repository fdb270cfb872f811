import NIOConcurrencyHelpers

/// How far the acknowledged records of a producer reach.
final class DeliveredOffsets: Sendable {
    private let reached = NIOLockedValueBox<[PartitionPlace: Int64]>([:])

    /// A batch has its outcome. A broker that has it twice may not say where it is.
    func take(_ outcome: BatchOutcome) {
        guard case .success(let base) = outcome.result, base >= 0 else { return }
        reached.withLockedValue { $0[outcome.place] = base + Int64(outcome.recordCount) }
    }

    /// The offset behind the last acknowledged record of each partition of a topic, since this was last asked.
    func takeAll(ofTopic topic: Int) -> [Int32: Int64] {
        reached.withLockedValue { reached in
            var offsets: [Int32: Int64] = [:]
            for (place, offset) in reached where place.topic == topic { offsets[place.partition] = offset }
            for partition in offsets.keys { reached[PartitionPlace(topic: topic, partition: partition)] = nil }
            return offsets
        }
    }
}
