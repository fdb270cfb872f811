import OrderEvents
import Synchronization

/// What this process has put on the log a moment ago, or is about to: so that a request which contradicts it is
/// refused, though the store does not know the order yet.
///
/// Holds the newest so many orders, about 120 bytes each. What it has forgotten the store knows by then; and where
/// neither does, the services find the conflict.
final class KnownOrders: Sendable {
    /// What an order's first event has fixed, as far as is known here.
    enum Standing: Sendable, Equatable {
        /// The log has it, or another request of this process is at it.
        case fixed(OrderTerms)
        /// An attempt of this process had no answer: the log may have it.
        case attempted(OrderTerms)
    }

    private struct Entry: Sendable {
        var terms: OrderTerms
        /// Requests that are under way.
        var pending = 0
        var isAccepted = false
    }

    private struct State: Sendable {
        var entries: [OrderID: Entry] = [:]
        /// The ids of `entries`, oldest first; a ring.
        var order: [OrderID] = []
        var oldest = 0
    }

    private let maximum: Int
    private let state = Mutex(State())

    init(maximum: Int = 50_000) { self.maximum = max(1, maximum) }

    func standing(of id: OrderID) -> Standing? {
        state.withLock { state in state.entries[id].map(Self.standing) }
    }

    private static func standing(_ entry: Entry) -> Standing {
        entry.isAccepted || entry.pending > 0 ? .fixed(entry.terms) : .attempted(entry.terms)
    }

    /// Notes that the order is about to go to the log, unless another request has put there, or is at putting there,
    /// something else. ``end(_:isAccepted:)`` must follow where this returns nil.
    ///
    /// - Parameter isStored: whether the store has the order so: then what was accepted here was not the first event.
    /// - Returns: what contradicts it.
    func begin(_ id: OrderID, _ terms: OrderTerms, isStored: Bool) -> OrderTerms? {
        state.withLock { state in
            if let known = state.entries[id] {
                if !isStored, case .fixed(let fixed) = Self.standing(known), fixed != terms { return fixed }
                state.entries[id]!.terms = terms
                state.entries[id]!.pending += 1
                return nil
            }
            state.entries[id] = Entry(terms: terms, pending: 1)
            if state.order.count < maximum {
                state.order.append(id)
            } else {
                state.entries[state.order[state.oldest]] = nil
                state.order[state.oldest] = id
                state.oldest = (state.oldest + 1) % maximum
            }
            return nil
        }
    }

    func end(_ id: OrderID, isAccepted: Bool) {
        state.withLock { state in
            state.entries[id]?.pending -= 1
            if isAccepted { state.entries[id]?.isAccepted = true }
        }
    }
}
