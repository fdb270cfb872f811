import OrderEvents

/// Copies what one store holds into another, in an order that a later run can go on in, and compares the two.
///
/// The target takes a revision only if it is newer than what it has. So a part that is copied twice changes nothing, and
/// a target that is ahead is left so. Idempotency keys that are still remembered go along, each with the time that it has
/// left.
public struct StoreCopy: Sendable {
    /// How far a copy has come.
    public struct Progress: Codable, Hashable, Sendable {
        /// Orders up to this id are in the target.
        public var lastOrder: Int64 = 0
        /// Orders that were copied, in all runs.
        public var orders: Int64 = 0
        /// Windows and totals that were copied, in this run.
        public var aggregates: Int64 = 0
        /// Idempotency keys up to this place of the source are in the target.
        public var lastKey: String?
        /// Idempotency keys that were copied, in all runs.
        public var keys: Int64 = 0
        /// Idempotency keys that cannot be copied: the source knows a digest of them only.
        public var unnamedKeys: Int64 = 0

        /// The beginning.
        public init() {}
    }

    /// What a comparison found.
    public struct Comparison: Hashable, Sendable {
        /// Orders, windows, totals and idempotency keys of the source that were compared.
        public var compared: Int64 = 0
        /// What the target lacks, has in an older revision, or has otherwise.
        public var differences: Int64 = 0
        /// The first of them, for people.
        public var examples: [String] = []

        static let maximumExamples = 20

        mutating func take(_ what: String, isSame: Bool) {
            compared += 1
            guard !isSame else { return }
            differences += 1
            if examples.count < Self.maximumExamples { examples.append(what) }
        }
    }

    let source: any CopyableStore
    let target: any CopyableStore
    let now: Timestamp

    /// A copy from `source` to `target`. Nobody should write the source meanwhile: what is written behind the copy's
    /// place is not copied.
    ///
    /// - Parameter now: idempotency keys that are forgotten at this time stay behind.
    public init(from source: any CopyableStore, to target: any CopyableStore, now: Timestamp) {
        self.source = source
        self.target = target
        self.now = now
    }

    /// Copies from where `progress` ends.
    ///
    /// - Parameter report: hears of each page, once the target has it.
    public func run(from progress: Progress, report: (Progress) throws -> Void) async throws -> Progress {
        var progress = progress
        var cursor = OrderID(progress.lastOrder).map { OrderCursor(orderID: $0) }
        repeat {
            let page = try await orders(after: cursor)
            try await target.apply(StoreBatch(orders: page.items))
            progress.orders += Int64(page.items.count)
            cursor = page.next
            // A page may be empty and have a next one.
            progress.lastOrder = (page.items.last?.order.id ?? cursor?.orderID)?.rawValue ?? progress.lastOrder
            try report(progress)
        } while cursor != nil
        progress.aggregates = 0
        try await aggregates { part in
            try await target.apply(StoreBatch(aggregates: part))
            progress.aggregates += Int64(part.count)
            try report(progress)
        }
        try await copyKeys(&progress, report)
        return progress
    }

    private func copyKeys(_ progress: inout Progress, _ report: (Progress) throws -> Void) async throws {
        var more = true
        while more {
            let page = try await source.idempotencyKeys(
                after: progress.lastKey, limit: StoreLimits.maximumPage, now: now)
            try await target.keep(page.keys)
            progress.keys += Int64(page.keys.count)
            progress.unnamedKeys += Int64(page.unnamed)
            // At the end the last place stays: another run looks behind it only.
            progress.lastKey = page.next ?? progress.lastKey
            more = page.next != nil
            try report(progress)
        }
    }

    /// Holds everything that the source has against the target.
    public func compare() async throws -> Comparison {
        var comparison = Comparison()
        var cursor: OrderCursor?
        repeat {
            let page = try await orders(after: cursor)
            let found = Dictionary(
                try await target.orders(page.items.map(\.order.id)).map { ($0.order.id, $0) }, uniquingKeysWith: { $1 })
            for document in page.items {
                let other = found[document.order.id]
                comparison.take(
                    "order \(document.order.id)",
                    isSame: other.map { $0 == document || $0.revision > document.revision } ?? false)
            }
            cursor = page.next
        } while cursor != nil
        let totals = Dictionary(
            try await target.totals().map { (AggregateKey($0), $0) }, uniquingKeysWith: { $1 })
        try await aggregates { part in
            var found = totals
            if case .minute(let first)? = part.first?.window, case .minute(let last)? = part.last?.window {
                for aggregate in try await target.aggregates(from: first, to: last.advanced(byMilliseconds: 1)) {
                    found[AggregateKey(aggregate)] = aggregate
                }
            }
            for aggregate in part {
                let other = found[AggregateKey(aggregate)]
                comparison.take(
                    "\(aggregate.window), partition \(aggregate.partition)",
                    isSame: other.map { $0 == aggregate || $0.revision > aggregate.revision } ?? false)
            }
        }
        try await compareKeys(&comparison)
        return comparison
    }

    private func compareKeys(_ comparison: inout Comparison) async throws {
        var place: String?
        repeat {
            let page = try await source.idempotencyKeys(after: place, limit: StoreLimits.maximumPage, now: now)
            let found = Dictionary(
                try await target.idempotencyKeys(named: page.keys.map(\.key)).map { ($0.key, $0) },
                uniquingKeysWith: { $1 })
            for key in page.keys {
                let other = found[key.key]
                comparison.take(
                    "the idempotency key of order \(key.orderID)",
                    isSame: other.map { $0 == key || key.isReplaced(by: $0) } ?? false)
            }
            place = page.next
        } while place != nil
    }

    private func orders(after cursor: OrderCursor?) async throws -> Page<OrderDocument> {
        try await source.orders(
            matching: .all, sort: .lowestIDFirst, after: cursor, limit: StoreLimits.maximumPage)
    }

    /// Hands over the totals, then the windows by time, in parts that one read of a store can hold.
    private func aggregates(_ body: ([Aggregate]) async throws -> Void) async throws {
        try await body(try await source.totals())
        var from = Timestamp.epoch
        while true {
            let found = try await source.aggregates(from: from, to: .latest)
            let part = found.count < StoreLimits.maximumWindows ? found : Self.wholeMinutes(found)
            guard let last = part.last, case .minute(let start) = last.window else { return }
            try await body(part)
            from = start.advanced(byMilliseconds: 1)
        }
    }

    /// Without the last minute, which may have more partitions than there was room for. One minute alone is kept: there
    /// are fewer partitions than that.
    private static func wholeMinutes(_ aggregates: [Aggregate]) -> [Aggregate] {
        guard let last = aggregates.last?.window else { return [] }
        let whole = aggregates.filter { $0.window != last }
        return whole.isEmpty ? aggregates : whole
    }
}
