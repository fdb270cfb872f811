import Foundation
import TestSupport
import Testing

@testable import StreamProcessing

@Suite struct GatheredStateTests {
    private func withPath(_ body: (String) throws -> Void) throws {
        let path = NSTemporaryDirectory() + "state-\(UUID().uuidString)"
        // It is in the temporary directory.
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }

    private func store(_ path: String, bytes: Int = 1 << 20, age: Duration = .seconds(5)) throws -> GatheredState {
        GatheredState(
            try StateDatabase(path: path, horizonSeconds: 86_400), limits: GatheredState.Limits(bytes: bytes, age: age))
    }

    private func set(_ store: GatheredState, _ key: String, _ value: String?, _ partition: Int32 = 0) {
        Array(key.utf8).withUnsafeBytes { key in
            guard let value else { return store.set(partition: partition, key: key, value: nil) }
            Array(value.utf8).withUnsafeBytes { store.set(partition: partition, key: key, value: $0) }
        }
    }

    private func text(_ store: GatheredState, _ key: String, _ partition: Int32 = 0) throws -> String? {
        try Array(key.utf8).withUnsafeBytes { key in
            try store.withValue(partition: partition, key: key) { $0.map { String(decoding: $0, as: UTF8.self) } }
        }
    }

    @Test func whatIsGatheredIsReadAndACrashTakesItWithItsOffset() throws {
        try withPath { path in
            let now = ContinuousClock.now
            do {
                let store = try store(path)
                set(store, "1", "a")
                try store.commit(changelog: [0: 1], now: now)
                try store.flush()
                set(store, "1", "b")
                set(store, "2", "b")
                #expect(try text(store, "1") == "a")
                try store.commit(changelog: [0: 3], inputs: [0: 9], now: now)
                #expect(try text(store, "1") == "b" && text(store, "2") == "b")
                #expect(try store.database.changelogOffset(partition: 0) == 1)
            }
            // Nobody flushed.
            let again = try store(path)
            #expect(try text(again, "1") == "a" && text(again, "2") == nil)
            #expect(try again.database.changelogOffset(partition: 0) == 1)
            #expect(try again.database.inputOffset(partition: 0) == nil)
        }
    }

    @Test func manyBytesOrAnOldChangeGoToTheDatabaseAndFewAndYoungOnesDoNot() throws {
        try withPath { path in
            let store = try store(path, bytes: 100, age: .seconds(5))
            let now = ContinuousClock.now
            set(store, "1", "a")
            try store.commit(changelog: [0: 1], now: now)
            try store.flushIfDue(now: now + .seconds(4))
            #expect(try store.database.changelogOffset(partition: 0) == nil)
            try store.flushIfDue(now: now + .seconds(5))
            #expect(try store.database.changelogOffset(partition: 0) == 1)
            set(store, "2", String(repeating: "x", count: 99))
            try store.commit(changelog: [0: 2], now: now)
            #expect(try store.database.changelogOffset(partition: 0) == 2)
            #expect(try text(store, "2")?.count == 99)
        }
    }

    @Test func goingThroughAPartitionShowsWhatIsGathered() throws {
        try withPath { path in
            let store = try store(path)
            for key in ["b", "a", "c"] { set(store, key, key) }
            try store.commit(now: .now)
            set(store, "a", nil)
            try store.commit(now: .now)
            set(store, "d", "of the running batch")
            var keys: [String] = []
            try store.each(partition: 0) { key, _ in keys.append(String(decoding: key, as: UTF8.self)) }
            #expect(keys == ["b", "c"])
            store.rollBack()
            #expect(try text(store, "d") == nil && text(store, "b") == "b")
        }
    }

    /// Against a dictionary: what is read is what was committed, whatever of it is gathered, flushed, or was there when
    /// the database was opened.
    @Test(arguments: 0..<20) func theStoreReadsLikeADictionary(seed: UInt64) throws {
        try withPath { path in
            var random = SeededGenerator(seed: seed)
            var plain: [String: String] = [:]
            for life in 0..<4 {
                let store = try store(path, bytes: Int.random(in: 1..<4_000, using: &random))
                for step in 0..<100 {
                    var batch: [String: String?] = [:]
                    for _ in 0..<Int.random(in: 0..<20, using: &random) {
                        let key = "\(Int.random(in: 1..<400, using: &random))"
                        let value = Int.random(in: 0..<5, using: &random) == 0 ? nil : "\(life) \(step)"
                        batch[key] = .some(value)
                        set(store, key, value)
                    }
                    if Int.random(in: 0..<4, using: &random) == 0 {
                        store.rollBack()
                    } else {
                        try store.commit(changelog: [0: Int64(life * 100 + step)], now: .now)
                        for (key, value) in batch { plain[key] = value }
                    }
                    for _ in 0..<10 {
                        let key = "\(Int.random(in: 1..<400, using: &random))"
                        #expect(try text(store, key) == plain[key])
                    }
                }
                try store.flush()
            }
        }
    }
}
