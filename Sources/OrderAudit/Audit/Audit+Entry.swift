import OrderEvents

extension Audit {
    /// What the log and the store say about one order.
    struct Entry: Sendable {
        let id: OrderID
        var history = OrderHistory()
        /// Its latest document on order-analytics.
        var document: OrderDocument?
        var marks: Marks = []

        init(id: OrderID) { self.id = id }
    }

    struct Marks: OptionSet, Sendable {
        let rawValue: UInt16
        /// An event of it stands on the orders topic, in its home partition.
        static let known = Marks(rawValue: 1 << 0)
        /// Payments has committed the event that is to be charged.
        static let chargeDue = Marks(rawValue: 1 << 1)
        /// Fraud has committed an event that breaks the rule.
        static let flagDue = Marks(rawValue: 1 << 2)
        /// The topics hold something of it that analytics has not committed.
        static let unjoined = Marks(rawValue: 1 << 3)
        static let unjudged = Marks(rawValue: 1 << 4)
        static let uncharged = Marks(rawValue: 1 << 5)
        /// Payments set an event of it aside: no outcome is owed.
        static let refused = Marks(rawValue: 1 << 6)
        /// The sink has committed its latest document.
        static let storeDue = Marks(rawValue: 1 << 7)
        /// The sink set a document of it aside.
        static let unstorable = Marks(rawValue: 1 << 8)
        /// The store has it.
        static let stored = Marks(rawValue: 1 << 9)
        static let duplicateCharge = Marks(rawValue: 1 << 10)
    }

    /// A record as it stands on a topic. Its bytes are valid only during the call that it is given to.
    struct LogRecord {
        var offset: Int64
        /// Milliseconds since 1970.
        var timestamp: Int64
        var key: UnsafeRawBufferPointer?
        var value: UnsafeRawBufferPointer?
        /// The dead letter that it is a replay of.
        var replayOf: String?
        /// Where it lay before, if a move copied it here.
        var movedFrom: MovedFrom?
        /// The order's `created_at` is not the client's: it contradicts nothing.
        var isTimeAssigned = false
    }

    /// Tells the same bytes again, within this process.
    static func fingerprint(_ key: UnsafeRawBufferPointer?, _ value: UnsafeRawBufferPointer?) -> UInt64 {
        var hasher = Hasher()
        for part in [key, value] {
            hasher.combine(part?.count ?? -1)
            if let part { hasher.combine(bytes: part) }
        }
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }
}
