import Foundation
import Testing

@testable import StreamProcessing

@Suite struct StateDatabaseTests {
    private func withDatabase(_ body: (StateDatabase, String) throws -> Void) throws {
        let path = NSTemporaryDirectory() + "state-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(try StateDatabase(path: path, horizonSeconds: 86_400), path)
    }

    private func text(_ database: StateDatabase, _ partition: Int32, _ key: String) throws -> String? {
        try Array(key.utf8).withUnsafeBytes { key in
            try database.withValue(partition: partition, key: key) { $0.map { String(decoding: $0, as: UTF8.self) } }
        }
    }

    private func set(_ batch: StateBatch, _ partition: Int32, _ key: String, _ value: String?) {
        Array(key.utf8).withUnsafeBytes { key in
            guard let value else { return batch.set(partition: partition, key: key, value: nil) }
            Array(value.utf8).withUnsafeBytes { batch.set(partition: partition, key: key, value: $0) }
        }
    }

    @Test func allEntriesOfAPartitionAreGoneThroughAndNoOthers() throws {
        try withDatabase { database, _ in
            let batch = StateBatch()
            for (partition, key) in [(0, "a"), (1, "b"), (1, "c"), (1, ""), (2, "d"), (255, "e")] as [(Int32, String)] {
                set(batch, partition, key, "\(partition)\(key)")
            }
            batch.setChangelogOffset(7, partition: 1)
            try database.write(batch)
            func entries(_ partition: Int32) throws -> [String] {
                var found: [String] = []
                try database.each(partition: partition) { key, value in
                    found.append("\(String(decoding: key, as: UTF8.self))=\(String(decoding: value, as: UTF8.self))")
                }
                return found
            }
            #expect(try entries(1) == ["=1", "b=1b", "c=1c"])
            #expect(try entries(0) == ["a=0a"] && entries(255) == ["e=255e"] && entries(3).isEmpty)
        }
    }

    @Test func stateOfAnotherGenerationIsForgottenOnceAndForAll() throws {
        try withDatabase { database, _ in
            let batch = StateBatch()
            for partition in [Int32(0), 5, 1_023] {
                set(batch, partition, "a", "1")
                batch.setChangelogOffset(7, partition: partition)
            }
            try database.write(batch)
            // A database that knows of no generation is of the first.
            #expect(try !database.adopt(generation: 0))
            #expect(try text(database, 5, "a") == "1")
            #expect(try database.adopt(generation: 1))
            for partition in [Int32(0), 5, 1_023] {
                #expect(try text(database, partition, "a") == nil)
                #expect(try database.changelogOffset(partition: partition) == nil)
            }
            #expect(try !database.adopt(generation: 1))
        }
    }

    @Test func aBatchBecomesVisibleTogetherWithItsOffset() throws {
        try withDatabase { database, _ in
            let batch = StateBatch()
            set(batch, 3, "a", "1")
            set(batch, 3, "b", "2")
            batch.setChangelogOffset(42, partition: 3)
            #expect(try text(database, 3, "a") == nil)
            try database.write(batch)
            #expect(try text(database, 3, "a") == "1")
            #expect(try text(database, 3, "b") == "2")
            #expect(try database.changelogOffset(partition: 3) == 42)
            #expect(try database.changelogOffset(partition: 4) == nil)
        }
    }

    @Test func partitionsDoNotSeeEachOther() throws {
        try withDatabase { database, _ in
            let batch = StateBatch()
            for partition in Int32(0)..<6 { set(batch, partition, "key", "\(partition)") }
            try database.write(batch)
            for partition in Int32(0)..<6 { #expect(try text(database, partition, "key") == "\(partition)") }
        }
    }

    @Test func aTombstoneRemovesAKey() throws {
        try withDatabase { database, _ in
            let batch = StateBatch()
            set(batch, 0, "key", "value")
            try database.write(batch)
            batch.removeAll()
            #expect(batch.count == 0)
            set(batch, 0, "key", nil)
            try database.write(batch)
            #expect(try text(database, 0, "key") == nil)
        }
    }

    @Test func aRemovedPartitionForgetsItsOffsetAndOnlyItself() throws {
        try withDatabase { database, _ in
            let batch = StateBatch()
            for partition in Int32(0)..<3 {
                set(batch, partition, "key", "value")
                batch.setChangelogOffset(7, partition: partition)
            }
            try database.write(batch)
            try database.removePartition(1)
            #expect(try text(database, 1, "key") == nil)
            #expect(try database.changelogOffset(partition: 1) == nil)
            #expect(try text(database, 0, "key") == "value")
            #expect(try text(database, 2, "key") == "value")
            #expect(try database.changelogOffset(partition: 2) == 7)
        }
    }

    @Test func whatWasWrittenIsThereAfterReopening() throws {
        let path = NSTemporaryDirectory() + "state-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        do {
            let database = try StateDatabase(path: path, horizonSeconds: 86_400)
            let batch = StateBatch()
            set(batch, 0, "key", "value")
            batch.setChangelogOffset(9, partition: 0)
            try database.write(batch)
        }
        let database = try StateDatabase(path: path, horizonSeconds: 86_400)
        #expect(try text(database, 0, "key") == "value")
        #expect(try database.changelogOffset(partition: 0) == 9)
    }

    @Test func aDatabaseThatIsOpenIsRefusedWithItsPath() throws {
        try withDatabase { database, path in
            #expect { try StateDatabase(path: path, horizonSeconds: 86_400) } throws: { "\($0)".contains(path) }
            withExtendedLifetime(database) {}
        }
    }

    @Test(arguments: ["CURRENT", "MANIFEST"])
    func aDamagedDatabaseIsToldApartAndCanBeMadeAnew(file: String) throws {
        let path = NSTemporaryDirectory() + "state-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        do {
            let batch = StateBatch()
            set(batch, 0, "a", "1")
            let database = try StateDatabase(path: path, horizonSeconds: 86_400)
            try database.write(batch)
        }
        let damaged = try #require(FileManager.default.contentsOfDirectory(atPath: path).first { $0.hasPrefix(file) })
        try FileHandle(forWritingTo: URL(fileURLWithPath: "\(path)/\(damaged)")).truncate(atOffset: 3)
        #expect { try StateDatabase(path: path, horizonSeconds: 86_400) } throws: {
            ($0 as? StateError)?.code == .corrupted
        }
        try StateDatabase.erase(path: path)
        let database = try StateDatabase(path: path, horizonSeconds: 86_400)
        #expect(try text(database, 0, "a") == nil)
    }
}
