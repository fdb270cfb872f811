import Threads

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Whose turn it is to call a consumer that belongs to one thread at a time.
final class PollTurn: Sendable {
    private let owner = Monitor<UInt?>(nil)

    /// Waits for this thread's turn. False: not in time, or this thread has it already (a call from inside the
    /// rebalance handler).
    ///
    /// - Parameter timeout: nil to wait without end.
    func begin(timeout: Duration?) -> Bool {
        let me = UInt(bitPattern: Int(bitPattern: UInt(pthread_self())))
        return owner.wait(timeout: timeout) { (owner: inout UInt?) -> Bool? in
            if owner == me { return false }
            if owner != nil { return nil }
            owner = me
            return true
        } ?? false
    }

    func end() { owner.update { $0 = nil } }

    /// Runs `body` while no poll is under way; at once if called from inside one (by the rebalance handler).
    func betweenPolls<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
        let isMine = begin(timeout: nil)
        defer { if isMine { end() } }
        return try body()
    }
}
