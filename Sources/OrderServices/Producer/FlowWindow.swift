/// How many orders may be made before it is known again how many are on their way: pure arithmetic.
///
/// A generator that makes orders as fast as the log takes them is bounded by what becomes of them: so many are waiting
/// at most. It is enough for the services never to wait for orders between two looks, and little enough that nothing
/// piles up.
struct FlowWindow {
    /// Orders that may wait. About two seconds' work.
    var limit = 100_000
    /// What may still be made; 0 before the first look.
    private(set) var room = 0

    /// Whether it is worth another look: most of the room is used.
    var needsLook: Bool { room < limit / 4 }

    /// So many are waiting now.
    mutating func saw(waiting: Int64) { room = max(0, limit - Int(clamping: waiting)) }

    mutating func note(made count: Int) { room = max(0, room - count) }
}
