import OrderEvents

extension Audit {
    /// What the store held when it was read: of each document a fingerprint, 24 bytes.
    struct StoredSide: Sendable {
        struct Row: Sendable {
            var id: OrderID
            var revision: Int64
            var fingerprint: Int
        }

        struct StoredAggregate: Sendable {
            var revision: Int64
            var fingerprint: Int

            init(_ aggregate: Aggregate) {
                revision = aggregate.revision
                var hasher = Hasher()
                hasher.combine(aggregate.cells)
                hasher.combine(aggregate.late)
                fingerprint = hasher.finalize()
            }
        }

        /// By home partition.
        fileprivate var rows: [Int32: ContiguousArray<Row>] = [:]
        fileprivate var aggregates: [AggregateKey: StoredAggregate] = [:]
        private(set) var count = 0

        mutating func add(_ document: OrderDocument, home: Int32) {
            count += 1
            rows[home, default: []].append(
                Row(id: document.order.id, revision: document.revision, fingerprint: document.hashValue))
        }

        mutating func add(_ aggregate: Aggregate) {
            aggregates[AggregateKey(aggregate)] = StoredAggregate(aggregate)
        }
    }

    /// Notes which of the partition's orders the store has, and compares their documents.
    mutating func markStored() {
        let rows = store.rows.removeValue(forKey: partition) ?? []
        counts.storedDocuments += rows.count
        for row in rows {
            guard let index = table.find(row.id), let document = table.entries[index].document else {
                find(.store, "order \(row.id)", "is in the store, but order-analytics has no document of it")
                continue
            }
            let marks = table.entries[index].marks
            table.update(at: index) { $0.marks.insert(.stored) }
            let isBehind = marks.contains(.storeDue) && !marks.contains(.unstorable) && row.revision < document.revision
            if row.revision > document.revision || isBehind {
                findings.add(
                    Finding(
                        kind: .store, subject: "order \(row.id)",
                        detail: "is at revision \(row.revision) in the store, \(document.revision) on order-analytics",
                        expected: document))
            } else if row.revision == document.revision, row.fingerprint != document.hashValue {
                findings.add(
                    Finding(
                        kind: .store, subject: "order \(row.id)",
                        detail: "revision \(document.revision) differs between the store and order-analytics",
                        expected: document))
            }
        }
    }

    mutating func checkStored(_ name: String, _ entry: Entry) {
        guard entry.document != nil, !entry.marks.contains(.stored), entry.marks.contains(.storeDue),
            !entry.marks.contains(.unstorable)
        else { return }
        find(.store, name, "is on order-analytics, but not in the store")
    }

    mutating func checkStored(_ key: AggregateKey, _ account: WindowAccount) {
        guard let latest = account.latest else { return }
        guard let stored = store.aggregates.removeValue(forKey: key) else {
            if account.isStoreDue, !account.isUnstorable {
                find(.store, name(key), "is on order-analytics, but not in the store")
            }
            return
        }
        let isBehind = account.isStoreDue && !account.isUnstorable && stored.revision < latest.revision
        if isBehind || stored.revision > latest.revision {
            find(
                .store, name(key),
                "is at revision \(stored.revision) in the store, \(latest.revision) on order-analytics")
        } else if stored.revision == latest.revision, stored.fingerprint != latest.fingerprint {
            find(.store, name(key), "differs between the store and order-analytics")
        }
    }

    /// What the store has of partitions and windows that the log does not know.
    mutating func checkStoreLeftovers() {
        for row in store.rows.values.joined() {
            find(.store, "order \(row.id)", "is in the store, but order-analytics has no document of it")
        }
        for key in store.aggregates.keys where round.isLast {
            find(.store, name(key), "is in the store, but not on order-analytics")
        }
        store = StoredSide()
    }
}
