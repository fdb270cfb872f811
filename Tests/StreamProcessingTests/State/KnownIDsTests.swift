import Foundation
import OrderEvents
import TestSupport
import Testing

@testable import StreamProcessing

@Suite struct KnownIDsTests {
    private func id(_ number: Int64) -> OrderID { OrderID(number)! }

    @Test(arguments: 0..<50) func noIDThatWasSeenIsEverCalledNew(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var known = KnownIDs()
        var all: [OrderID] = []
        for _ in 0..<500 {
            let bits = Int64.random(in: 0..<53, using: &random)
            all.append(id(Int64.random(in: 1...min(1 << (bits + 1), OrderID.maximum), using: &random)))
            known.insert(all.last!)
        }
        let again = try #require(KnownIDs(bytes: known.bytes))
        #expect(again == known && known.bytes.count <= KnownIDs.classes * 8)
        var others = KnownIDs()
        for number in all.prefix(100) { others.insert(number) }
        others.formUnion(known)
        #expect(others == known)
        #expect(all.allSatisfy { known.mayHave($0) })
    }

    @Test func risingIDsAreNewAndAStrayOneSpoilsItsOwnClassOnly() {
        var known = KnownIDs()
        #expect(!known.mayHave(id(1)))
        for number in Int64(1)...1_000 {
            #expect(!known.mayHave(id(number)))
            known.insert(id(number))
        }
        known.insert(id(OrderID.maximum))
        known.insert(id(5_000_000))
        #expect(!known.mayHave(id(1_001)) && known.mayHave(id(999)) && known.mayHave(id(OrderID.maximum)))
        #expect(known.mayHave(id(4_999_999)) && !known.mayHave(id(6_500_000)))
    }

    @Test func bytesThatAreNoCeilingsAreToldApart() {
        #expect(KnownIDs(bytes: [1, 2, 3]) == nil)
        #expect(KnownIDs(bytes: [UInt8](repeating: 0xFF, count: 8)) == nil)
        #expect(KnownIDs(bytes: [UInt8]()) == KnownIDs())
        #expect(PartitionMark(bytes: [1]) == nil)
        var mark = PartitionMark()
        (mark.changelogOffset, mark.inputOffset) = (7, 1 << 40)
        mark.ids.insert(id(12))
        #expect(PartitionMark(bytes: mark.bytes) == mark)
    }
}

@Suite struct KnownIDsInDatabaseTests {
    private func withPath(_ body: (String) throws -> Void) throws {
        let path = NSTemporaryDirectory() + "state-\(UUID().uuidString)"
        // It is in the temporary directory.
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }

    private func has(_ database: StateDatabase, _ key: String, _ partition: Int32 = 0) throws -> Bool {
        try Array(key.utf8).withUnsafeBytes { key in
            try database.withValue(partition: partition, key: key) { $0 != nil }
        }
    }

    private func write(_ database: StateDatabase, _ key: String, offset: Int64, partition: Int32 = 0) throws {
        let batch = StateBatch()
        Array(key.utf8).withUnsafeBytes { key in batch.set(partition: partition, key: key, value: key) }
        batch.setChangelogOffset(offset, partition: partition)
        try database.write(batch)
    }

    @Test func whatIsWrittenIsFoundAlsoAfterReopening() throws {
        try withPath { path in
            do {
                let database = try StateDatabase(path: path, horizonSeconds: 86_400)
                #expect(try !has(database, "40"))
                try write(database, "40", offset: 1)
                try write(database, "no id", offset: 2)
                try write(database, "7", offset: 1, partition: 1)
                #expect(try has(database, "40") && has(database, "no id") && has(database, "7", 1))
            }
            let database = try StateDatabase(path: path, horizonSeconds: 86_400)
            #expect(try has(database, "40") && has(database, "no id") && has(database, "7", 1))
            #expect(try !has(database, "41") && !has(database, "39") && !has(database, "7"))
            try database.removePartition(0)
            #expect(try !has(database, "40") && has(database, "7", 1))
            try write(database, "8", offset: 1)
            #expect(try has(database, "8"))
            #expect(try database.adopt(generation: 1) && !has(database, "8") && !has(database, "7", 1))
            try write(database, "9", offset: 1, partition: 1)
            #expect(try has(database, "9", 1))
        }
    }

    /// An earlier version writes keys and offsets, and leaves the mark as it was.
    @Test(arguments: [true, false]) func whatAnEarlierVersionWroteIsGoneThrough(_ hasMark: Bool) throws {
        try withPath { path in
            do {
                let database = try StateDatabase(path: path, horizonSeconds: 86_400)
                try write(database, "40", offset: 1)
                try write(database, "60", offset: 2)
                let batch = StateBatch()
                var old = PartitionMark()
                if hasMark {
                    old.changelogOffset = 1
                    old.ids.insert(OrderID(40)!)
                }
                batch.setMark(old, partition: 0)
                try database.write(batch)
            }
            let database = try StateDatabase(path: path, horizonSeconds: 86_400)
            #expect(try has(database, "40") && has(database, "60") && !has(database, "61"))
        }
    }
}
