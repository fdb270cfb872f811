import EmbeddedBroker
import Foundation
import Testing

@Suite("A copy of a data directory that changes meanwhile")
struct BrokerCopyTests {
    /// What a running broker does to files that were opened already.
    enum Change: CaseIterable {
        case checkpoint, compaction, retention, roll, topic

        func make(in source: DataFolder) throws {
            switch self {
            case .checkpoint: try source.replace("checkpoint", with: "a later frame")
            case .compaction: try source.replace(DataFolder.segment, with: "compacted")
            case .retention: try source.remove(DataFolder.segment)
            case .roll: try source.write("topics/orders-0/00000000000000000700.log", "the next segment")
            case .topic: try source.write("topics/payments-0/00000000000000000000.index", "another log")
            }
        }
    }

    @Test("what replaces, removes or adds a file makes it begin again", arguments: Change.allCases)
    func change(_ change: Change) throws {
        try DataFolder.with { source, target in
            let journal = try InterruptedJournal(in: source) { attempt in
                if attempt == 1 { try change.make(in: source) }
            }
            defer { journal.end() }
            let copied = try BrokerCopy(of: source.path, to: target.path).run()
            #expect(journal.attempts == 2)
            let expected = try source.contents()
            #expect(try target.contents() == expected)
            #expect(copied >= expected.values.map(\.count).reduce(0, +))
        }
    }

    @Test("a segment that only grows does not, and is copied as it was measured")
    func growth() throws {
        try DataFolder.with { source, target in
            let before = try source.contents()
            let journal = try InterruptedJournal(in: source) { _ in try source.append(DataFolder.segment, " and more") }
            defer { journal.end() }
            _ = try BrokerCopy(of: source.path, to: target.path).run()
            #expect(journal.attempts == 1)
            #expect(try target.contents() == before)
        }
    }

    @Test("a file that compaction is still writing is left out, and is no change")
    func unfinished() throws {
        try DataFolder.with { source, target in
            let before = try source.contents()
            let journal = try InterruptedJournal(in: source) { _ in
                try source.write(DataFolder.segment + ".cleaned", "half of it")
            }
            defer { journal.end() }
            _ = try BrokerCopy(of: source.path, to: target.path).run()
            #expect(journal.attempts == 1)
            #expect(try target.contents() == before)
        }
    }

    @Test("files that change each time end it with a reason")
    func always() throws {
        try DataFolder.with { source, target in
            let journal = try InterruptedJournal(in: source) { attempt in
                try source.replace("checkpoint", with: "frame \(attempt)")
            }
            defer { journal.end() }
            let error = #expect(throws: EmbeddedBrokerError.self) {
                try BrokerCopy(of: source.path, to: target.path).run()
            }
            #expect(error?.code == .dataDirectoryNotUsable)
            #expect(error?.message.contains("reorganized 50 times") == true)
            // A process that another test starts meanwhile has the open pipe for a moment, until it becomes another
            // program: that counts as one more. How often it was tried, the message says.
            #expect(journal.attempts >= 50)
        }
    }

    @Test("a directory that no broker has run in is no log")
    func none() throws {
        try DataFolder.with { source, target in
            try source.remove("checkpoint")
            let error = #expect(throws: EmbeddedBrokerError.self) {
                try BrokerCopy(of: source.path, to: target.path).run()
            }
            #expect(error?.message.contains("no broker's log") == true)
        }
    }
}
