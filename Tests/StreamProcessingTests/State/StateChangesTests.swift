import TestSupport
import Testing

@testable import StreamProcessing

/// Keyed state as it should be, the plainest way: what the changelog says, up to an offset.
private struct PlainState {
    var entries: [String: [UInt8]] = [:]
    var offset: Int64 = 0

    mutating func apply(_ record: (key: String, value: [UInt8]?)) {
        entries[record.key] = record.value
        offset += 1
    }

    static func of(_ log: [(key: String, value: [UInt8]?)], upTo end: Int64) -> PlainState {
        log.prefix(Int(end)).reduce(into: PlainState()) { $0.apply($1) }
    }
}

@Suite struct StateChangesTests {
    private func set(_ changes: inout StateChanges, _ partition: Int32, _ key: String, _ value: [UInt8]?) {
        Array(key.utf8).withUnsafeBytes { key in
            guard let value else { return changes.set(partition: partition, key: key, value: nil) }
            value.withUnsafeBytes { changes.set(partition: partition, key: key, value: $0) }
        }
    }

    /// nil: the database knows.
    private func find(_ changes: StateChanges, _ partition: Int32, _ key: String) -> [UInt8]?? {
        Array(key.utf8).withUnsafeBytes { key in
            changes.find(partition: partition, key: key) { found -> [UInt8]?? in
                switch found {
                case .unchanged: .none
                case .changed(let value): .some(value.map { Array($0) })
                }
            }
        }
    }

    /// What the database is given.
    private func committed(_ changes: StateChanges) -> [(partition: Int32, key: String, value: [UInt8]?)] {
        var all: [(partition: Int32, key: String, value: [UInt8]?)] = []
        changes.eachCommitted { all.append(($0, String(decoding: $1, as: UTF8.self), $2.map { Array($0) })) }
        return all
    }

    @Test func onlyWhatIsCommittedIsFoundAndARollbackLeavesNothing() {
        var changes = StateChanges()
        set(&changes, 0, "a", [1])
        #expect(find(changes, 0, "a") == .none)
        changes.commit(changelog: [0: 1])
        set(&changes, 0, "a", [2])
        set(&changes, 0, "b", [3])
        #expect(find(changes, 0, "a") == [1] && find(changes, 0, "b") == .none)
        changes.rollBack()
        changes.commit()
        #expect(find(changes, 0, "a") == [1] && find(changes, 0, "b") == .none)
        #expect(find(changes, 1, "a") == .none)
        set(&changes, 0, "a", nil)
        changes.commit(changelog: [0: 2])
        #expect(find(changes, 0, "a") == .some(.none))
        #expect(changes.changelogOffsets == [0: 2] && changes.keyCount == 1)
    }

    @Test func ofAKeyTheLastChangeIsLeftInTheOrderOfTheDatabase() {
        var changes = StateChanges()
        for (partition, key) in [(300, "x"), (2, "a\0"), (2, ""), (2, "a"), (2, "abcdefghijklmnopr"), (-1, "z")] {
            set(&changes, Int32(partition), key, [0])
        }
        set(&changes, 2, "abcdefghijklmnopq", [1, 2, 3])
        set(&changes, 2, "a", [9])
        changes.commit()
        let all = committed(changes)
        #expect(all.map(\.key) == ["", "a", "a\0", "abcdefghijklmnopq", "abcdefghijklmnopr", "x", "z"])
        #expect(all.map(\.value) == [[0], [9], [0], [1, 2, 3], [0], [0], [0]])
    }

    @Test func whatTheRunningBatchHasChangedOutlivesAFlush() {
        var changes = StateChanges()
        set(&changes, 0, "a", [1])
        changes.commit(changelog: [0: 1], inputs: [0: 7])
        set(&changes, 0, "b", [2, 2])
        changes.removeCommitted()
        #expect(changes.isCommittedEmpty && changes.committedBytes == 0 && changes.pendingCount == 1)
        changes.commit(changelog: [0: 2])
        #expect(committed(changes).map(\.key) == ["b"] && find(changes, 0, "b") == [2, 2])
        #expect(find(changes, 0, "a") == .none)
    }

    /// Batches of chance, commits, rollbacks, flushes and crashes. The database is a dictionary that a crash takes back
    /// to some earlier flush, as a memtable that is lost does.
    @Test(arguments: 0..<200) func theStateIsNeverAheadOfTheLogAndNothingOfItIsLost(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var changes = StateChanges()
        var log: [[(key: String, value: [UInt8]?)]] = [[], [], []]
        var flushed: [[PlainState]] = [[PlainState(), PlainState(), PlainState()]]
        for _ in 0..<120 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<6:
                var batch: [(partition: Int, key: String, value: [UInt8]?)] = []
                for _ in 0..<Int.random(in: 0..<30, using: &random) {
                    let key = "\(Int.random(in: 1..<60, using: &random))"
                    let value: [UInt8]? =
                        Int.random(in: 0..<8, using: &random) == 0
                        ? nil
                        : (0..<Int.random(in: 0..<20, using: &random)).map { _ in .random(in: 0...255, using: &random) }
                    batch.append((Int.random(in: 0..<3, using: &random), key, value))
                    set(&changes, Int32(batch.last!.partition), key, value)
                }
                if Bool.random(using: &random) {
                    for change in batch { log[change.partition].append((change.key, change.value)) }
                    changes.commit(
                        changelog: Dictionary(
                            batch.map { (Int32($0.partition), Int64(log[$0.partition].count)) }
                        ) { $1 })
                } else {
                    changes.rollBack()
                }
            case 6, 7:
                var next = flushed.last!
                for (partition, key, value) in committed(changes) { next[Int(partition)].entries[key] = value }
                for (partition, offset) in changes.changelogOffsets { next[Int(partition)].offset = offset }
                changes.removeCommitted()
                flushed.append(next)
                // Exactly what the log says up to the offset: not more, not less.
                for partition in 0..<3 {
                    let plain = PlainState.of(log[partition], upTo: next[partition].offset)
                    #expect(next[partition].offset <= log[partition].count)
                    #expect(next[partition].entries == plain.entries)
                }
            case 8:
                changes = StateChanges()
                flushed.removeLast(Int.random(in: 0..<flushed.count, using: &random))
                var restored = flushed.last!
                for partition in 0..<3 {
                    for record in log[partition].dropFirst(Int(restored[partition].offset)) {
                        restored[partition].apply(record)
                    }
                }
                flushed.append(restored)
            default: break
            }
            for partition in 0..<3 {
                let plain = PlainState.of(log[partition], upTo: .max)
                for key in ["1", "7", "30", "59"] {
                    let found = find(changes, Int32(partition), key) ?? flushed.last![partition].entries[key]
                    #expect(found == plain.entries[key])
                }
            }
        }
    }
}
