import BrokerStorage

/// The fetches that wait: for data, or for the storage to read it.
struct Fetches {
    private(set) var pending: [UInt64: PendingFetch] = [:]
    private var nextID: UInt64 = 1
    /// Counts the times that advanced logs were looked through.
    private var round: UInt64 = 0
    /// Logs whose readable end moved in this step.
    var advanced: [PartitionLog] = []

    /// What a fetch does next.
    enum Step {
        /// It waits for its logs to advance, or for its time.
        case wait(UInt64)
        /// It waits for these.
        case read([LogReadRequest])
        case answer(PendingFetch)
    }

    /// Takes a new fetch.
    mutating func begin(_ fetch: consuming PendingFetch, mayWait: Bool, atMost maximumBytes: Int) -> Step {
        let id = nextID
        nextID += 1
        if !fetch.survey(), mayWait {
            for part in fetch.parts { part.log?.waiters.append(id) }
            pending[id] = fetch
            return .wait(id)
        }
        return gather(id, fetch, maximumBytes)
    }

    mutating func takeAdvanced() -> [PartitionLog] {
        round += 1
        defer { advanced = [] }
        return advanced
    }

    /// Looks again at a fetch that waits for data, once for all of its logs that have advanced together. Nil if it
    /// waits on, or does not wait for data.
    mutating func reconsider(_ id: UInt64, atMost maximumBytes: Int) -> Step? {
        guard let index = pending.index(forKey: id), pending.values[index].isComplete,
            pending.values[index].round != round
        else { return nil }
        pending.values[index].round = round
        guard pending.values[index].survey() else { return nil }
        return take(id).map { gather(id, $0, maximumBytes) }
    }

    /// The wait of a fetch is over.
    mutating func finish(_ id: UInt64, atMost maximumBytes: Int) -> Step? {
        guard var fetch = take(id) else { return nil }
        _ = fetch.survey()
        return gather(id, fetch, maximumBytes)
    }

    /// A read has ended. The fetch, if that was its last.
    mutating func finishRead(_ id: UInt64, _ part: Int, _ result: Result<LogRead, StorageError>) -> PendingFetch? {
        guard let index = pending.index(forKey: id) else { return nil }
        pending.values[index].finishRead(part, result)
        return pending.values[index].isComplete ? pending.remove(at: index).value : nil
    }

    /// Forgets the fetches of a connection that is gone, and returns their numbers.
    mutating func drop(connection: UInt64) -> [UInt64] {
        let ids = pending.filter { $0.value.token.connection == connection }.map(\.key)
        for id in ids { _ = take(id) }
        return ids
    }

    private mutating func take(_ id: UInt64) -> PendingFetch? {
        guard let fetch = pending.removeValue(forKey: id) else { return nil }
        for part in fetch.parts { part.log?.waiters.removeAll { $0 == id } }
        return fetch
    }

    private mutating func gather(_ id: UInt64, _ fetch: consuming PendingFetch, _ maximumBytes: Int) -> Step {
        let wanted = fetch.gather(id, atMost: maximumBytes)
        if wanted.isEmpty { return .answer(fetch) }
        pending[id] = fetch
        return .read(wanted)
    }
}
