import Synchronization

/// The states in which this process left documents, for a bounded number of them: an order is written about three times
/// within moments, and what is known needs no look before it is replaced.
///
/// A state that is out of date costs a look; it can do no harm, because the CAS no longer fits.
final class KnownStates: Sendable {
    private struct Generations {
        var young: [String: StoredState] = [:]
        var old: [String: StoredState] = [:]
    }

    private let generations = Mutex(Generations())
    /// When so many are young, the old ones go: between this and twice this are remembered.
    private let limit: Int

    init(limit: Int = 50_000) { self.limit = limit }

    subscript(key: String) -> StoredState? {
        generations.withLock { $0.young[key] ?? $0.old[key] }
    }

    func remember(_ states: some Sequence<(key: String, state: StoredState)>) {
        generations.withLock { generations in
            for (key, state) in states {
                if generations.young.count >= limit {
                    generations.old = generations.young
                    generations.young = [:]
                }
                generations.young[key] = state
            }
        }
    }

    func forget(_ keys: some Sequence<String>) {
        generations.withLock { generations in
            for key in keys {
                generations.young[key] = nil
                generations.old[key] = nil
            }
        }
    }
}
