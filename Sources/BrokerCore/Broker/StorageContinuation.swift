import BrokerStorage
import KafkaProtocol
import Logging

/// What the core goes on with when a storage operation has ended.
enum StorageContinuation {
    case commit
    case flush(PartitionLog, through: Int64, bytes: Int)
    indirect case read(SegmentRead)
    case checkpoint
    case compaction(PartitionLog)
    indirect case swap(SegmentSwap)
    case removal(PartitionLog, [Int64])
    /// What the answer is to say beside the room on the volume.
    indirect case space(RequestToken, DescribeLogDirsResponse.Result)
    /// Nothing depends on it. An error is noted, with these words before it.
    case note(Logger.Level, String)
    case nothing
}

/// The storage operations under way.
struct StorageOperations {
    private(set) var continuations: [StorageOperation.ID: StorageContinuation] = [:]
    private var nextID: StorageOperation.ID = 1

    mutating func begin(_ lane: StorageLane, _ steps: [StorageStep], then next: StorageContinuation) -> StorageOperation
    {
        defer { nextID += 1 }
        continuations[nextID] = next
        return StorageOperation(id: nextID, lane: lane, steps: steps)
    }

    mutating func end(_ id: StorageOperation.ID) -> StorageContinuation? { continuations.removeValue(forKey: id) }
}

extension Broker {
    /// Has the storage do something and goes on with its result.
    func perform(_ lane: StorageLane, _ steps: [StorageStep], then next: StorageContinuation) {
        effects.append(.storage(storage.begin(lane, steps, then: next)))
    }

    /// A storage operation has ended.
    package func complete(_ completion: StorageCompletion, now: BrokerTime) {
        self.now = now
        if let next = storage.end(completion.id) { go(on: next, completion) }
        wakeFetches()
    }

    private func go(on next: StorageContinuation, _ completion: StorageCompletion) {
        switch next {
        case .commit: commitCompleted(completion)
        case .flush(let log, let end, let bytes): flushed(log, through: end, bytes: bytes, error: completion.error)
        case .read(let read): continueReading(read, completion)
        case .checkpoint: checkpointWritten(completion)
        case .compaction(let log): compacted(log, completion)
        case .swap(let swap): swapped(swap, completion)
        case .removal(let log, let bases): removed(bases, of: log, completion)
        case .space(let token, let result): describe(result, completion, to: token)
        case .note(let level, let words):
            if let error = completion.error { note(level, "\(words): \(error)") }
        case .nothing: break
        }
    }
}
