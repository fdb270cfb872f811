import KafkaProtocol

/// What a partition remembers of one idempotent or transactional producer.
struct ProducerEntry: Hashable, Sendable {
    /// A batch that the partition has, by which a repeated one is recognized.
    struct Batch: Hashable, Sendable {
        var firstSequence: Int32 = -1
        var lastSequence: Int32 = -1
        var baseOffset: Int64 = 0
        var timestamp: Int64 = -1
    }

    /// As many batches as a client may have in flight at once.
    static let rememberedBatches = 5

    var epoch: Int16 = -1
    /// Oldest first.
    var batches: [Batch] = []
    /// When the producer was last heard of: milliseconds since 1970, the broker's clock.
    var lastSeen: Int64 = 0
    /// The first offset of its transaction here, -1 while it has none open.
    var transactionFirstOffset: Int64 = -1

    var lastSequence: Int32 { batches.last?.lastSequence ?? -1 }

    mutating func remember(_ batch: Batch) {
        if batches.isEmpty { batches.reserveCapacity(Self.rememberedBatches) }
        if batches.count == Self.rememberedBatches { batches.removeFirst() }
        batches.append(batch)
    }
}

/// What is to be done with a batch of an idempotent producer.
enum ProducerVerdict: Hashable, Sendable {
    case append
    /// The partition has this very batch: acknowledge it again, with the offset of the first time.
    case duplicate(baseOffset: Int64, timestamp: Int64)
    case refuse(ErrorCode)
}
