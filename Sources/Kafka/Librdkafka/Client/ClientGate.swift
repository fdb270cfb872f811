import Synchronization

/// Counts who is using a client, so that it is destroyed once, after the last use, and never while it is in use.
///
/// The count goes up by two per use; bit 0 says that the client is closing. A use costs two uncontended atomic
/// additions.
struct ClientGate: ~Copyable {
    private let uses = Atomic<Int>(0)
    private static var isDestroying: Int { Int.min | 1 }

    /// Whether the client may be used. `leave` must follow either way.
    @inline(__always)
    func enter() -> Bool {
        let before = uses.wrappingAdd(2, ordering: .acquiringAndReleasing).oldValue
        return before & 1 == 0
    }

    /// Ends a use (also a refused one). True: it was the last use of a closing client, destroy it now.
    @inline(__always)
    func leave() -> Bool {
        let after = uses.wrappingSubtract(2, ordering: .acquiringAndReleasing).newValue
        return after == 1 && claimDestruction()
    }

    /// Begins a last use and refuses all further ones. False: somebody else did before. `leave` must follow either way.
    func enterClosing() -> Bool {
        uses.wrappingAdd(2, ordering: .acquiringAndReleasing)
        return uses.bitwiseOr(1, ordering: .acquiringAndReleasing).oldValue & 1 == 0
    }

    var isClosed: Bool { uses.load(ordering: .acquiring) & 1 == 1 }

    /// A refused use can bring the count back to "closing and idle" again: only one caller may win.
    private func claimDestruction() -> Bool {
        uses.compareExchange(expected: 1, desired: Self.isDestroying, ordering: .acquiringAndReleasing).exchanged
    }
}
