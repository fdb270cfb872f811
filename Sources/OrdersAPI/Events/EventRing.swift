import NIOCore
import OrderEvents

/// The newest changes of order documents, in the order in which they arrived, for all clients together.
///
/// A client's queue is nothing but a place in this ring (the sequence number it will read next), so that a thousand
/// slow clients take no more memory than one. Every change knows whether a later one of the same order stands in
/// the ring: such a change need not be sent any more.
struct EventRing: Sendable {
    struct Slot: Sendable {
        let partition: Int32
        let offset: Int64
        let document: OrderDocument
        /// Whether a change of the same order with the same or a higher revision follows.
        var isSuperseded: Bool
        /// The event's bytes, once a client needed them; then shared by all.
        var encoded: ByteBuffer?
    }

    let capacity: Int
    private var slots: [Slot] = []
    /// Where each order's newest change is.
    private var newest: [OrderID: UInt64] = [:]
    /// The number that the next change gets. Numbers are never used twice.
    private(set) var nextSequence: UInt64 = 0

    /// The oldest change that is still here.
    var firstSequence: UInt64 { nextSequence - UInt64(slots.count) }

    init(capacity: Int) {
        precondition(capacity > 0)
        self.capacity = capacity
    }

    subscript(sequence: UInt64) -> Slot {
        get { slots[Int(sequence % UInt64(capacity))] }
        set { slots[Int(sequence % UInt64(capacity))] = newValue }
    }

    /// Adds a change. Returns the slot that had to go for it, if the ring was full.
    mutating func append(partition: Int32, offset: Int64, document: OrderDocument) -> Slot? {
        let id = document.order.id
        var slot = Slot(partition: partition, offset: offset, document: document, isSuperseded: false)
        if let previous = newest[id] {
            if self[previous].document.revision > document.revision {
                slot.isSuperseded = true
            } else {
                self[previous].isSuperseded = true
            }
        }
        let evicted = place(slot)
        if !slot.isSuperseded { newest[id] = nextSequence - 1 }
        return evicted
    }

    private mutating func place(_ slot: Slot) -> Slot? {
        defer { nextSequence += 1 }
        guard slots.count == capacity else {
            slots.append(slot)
            return nil
        }
        let oldest = self[nextSequence]
        let id = oldest.document.order.id
        if newest[id] == nextSequence - UInt64(capacity) { newest[id] = nil }
        self[nextSequence] = slot
        return oldest
    }

    /// Forgets all changes; sequence numbers go on.
    mutating func removeAll() {
        // The next change must again go where its number points.
        slots.removeAll()
        newest.removeAll()
        nextSequence = (nextSequence + UInt64(capacity) - 1) / UInt64(capacity) * UInt64(capacity)
    }

    /// The changes from `cursor` on that are worth sending: the latest of each order, at most `maximum` of them
    /// and then the newest, oldest first; and how many were left out.
    /// Those that do not pass `filter` count as neither.
    mutating func take(
        from cursor: UInt64, maximum: Int, _ filter: EventFilter = .all
    ) -> (events: [ByteBuffer], skipped: Int) {
        guard filter.wantsOrders else { return ([], 0) }
        let start = max(cursor, firstSequence)
        var taken: [ByteBuffer] = []
        var passedOver = 0
        var sequence = nextSequence
        while sequence > start, taken.count < maximum {
            sequence -= 1
            if !filter.orders.matches(self[sequence].document) {
                passedOver += 1
            } else if !self[sequence].isSuperseded {
                taken.append(encoded(sequence))
            }
        }
        taken.reverse()
        return (taken, Int(nextSequence - min(cursor, nextSequence)) - taken.count - passedOver)
    }

    /// As ``take(from:maximum:)``, from a position in the log instead of a sequence number.
    mutating func take(
        after position: LogPosition, maximum: Int, _ filter: EventFilter = .all
    ) -> (events: [ByteBuffer], skipped: Int) {
        guard filter.wantsOrders else { return ([], 0) }
        var taken: [ByteBuffer] = []
        var skipped = 0
        var sequence = nextSequence
        while sequence > firstSequence {
            sequence -= 1
            let slot = self[sequence]
            guard slot.offset > position[slot.partition] ?? -1, filter.orders.matches(slot.document) else { continue }
            if slot.isSuperseded || taken.count == maximum {
                skipped += 1
            } else {
                taken.append(encoded(sequence))
            }
        }
        taken.reverse()
        return (taken, skipped)
    }

    private mutating func encoded(_ sequence: UInt64) -> ByteBuffer {
        if let encoded = self[sequence].encoded { return encoded }
        let document = self[sequence].document
        let encoded = ServerSentEvent.open("order") { bytes in document.encodeView(into: &bytes) }
        self[sequence].encoded = encoded
        return encoded
    }
}
