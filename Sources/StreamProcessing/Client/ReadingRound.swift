import OrderEvents

/// One of several rounds through everything, each about the orders whose ids it has: so that not all are held at once.
package struct ReadingRound: Sendable {
    package let index: Int
    package let count: Int

    package init(index: Int = 0, count: Int = 1) {
        self.index = index
        self.count = count
    }

    package var isFirst: Bool { index == 0 }
    package var isLast: Bool { index == count - 1 }

    @inlinable @inline(__always)
    package func has(_ id: OrderID) -> Bool {
        // The high bits: the low ones choose the place in a hash table.
        count == 1 || Int(id.stateHash >> 40) % count == index
    }
}
