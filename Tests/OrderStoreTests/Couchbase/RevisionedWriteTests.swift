import NIOCore
import OrderEvents
import TestSupport
import Testing

@testable import CouchbaseOrderStore

@Suite("A write that only a lower revision gives way to")
struct RevisionedWriteTests {
    /// One document on a server that answers every request, loses any answer, and is written by others.
    private struct Server {
        var state: StoredState?
        var nextCAS: UInt64 = 1
        var random: SeededGenerator
        var highest: Int64 = 0

        mutating func write(_ revision: Int64) -> UInt64 {
            defer { nextCAS += 1 }
            state = StoredState(cas: nextCAS, revision: revision)
            return nextCAS
        }

        mutating func answer(_ write: inout RevisionedWrite) {
            if random.next() % 4 == 0 { disturb() }
            let isLost = random.next() % 3 == 0
            let isDone = !isLost || random.next() % 2 == 0
            switch write.step {
            case .insert:
                if state != nil { return write.failed(isLost ? .ambiguous : .changed) }
                guard isDone else { return write.failed(.ambiguous) }
                let cas = self.write(write.revision)
                if isLost { write.failed(.ambiguous) } else { write.wrote(cas: cas) }
            case .replace(let cas):
                guard let state else { return write.failed(.notFound) }
                if state.cas != cas { return write.failed(isLost ? .ambiguous : .changed) }
                guard isDone else { return write.failed(.ambiguous) }
                #expect(write.revision > state.revision)
                let cas = self.write(write.revision)
                if isLost { write.failed(.ambiguous) } else { write.wrote(cas: cas) }
            case .look:
                if let state { write.saw(state) } else { write.failed(.notFound) }
            case .done: Issue.record("there is nothing to ask")
            }
        }

        /// Another writer keeps to the rule, too. A failover may lose the document.
        private mutating func disturb() {
            let revision = Int64(random.next() % 6)
            if revision > state?.revision ?? -1 { _ = write(revision) }
        }
    }

    @Test("ends with its revision or a higher one stored, and replaces none that is as high")
    func anyOrder() {
        for seed in 0..<5_000 as Range<UInt64> {
            var server = Server(random: SeededGenerator(seed: seed))
            var known: StoredState?
            if server.random.next() % 2 == 0 {
                _ = server.write(Int64(server.random.next() % 6))
                if server.random.next() % 2 == 0 { known = server.state }
            }
            var write = RevisionedWrite(
                key: "1", revision: Int64(server.random.next() % 6), json: ByteBuffer(), known: known)
            while write.attempts < 1_000 {
                if case .done = write.step { break }
                server.answer(&write)
            }
            guard case .done(let state) = write.step else {
                Issue.record("seed \(seed) does not end")
                continue
            }
            #expect(state.revision >= write.revision, "seed \(seed)")
            #expect(server.state?.revision ?? -1 >= write.revision, "seed \(seed)")
        }
    }

    @Test("what is remembered is replaced at once, and what is not is inserted")
    func firstStep() {
        func step(_ revision: Int64, _ known: StoredState?) -> RevisionedWrite.Step {
            RevisionedWrite(key: "1", revision: revision, json: ByteBuffer(), known: known).step
        }
        #expect(step(2, nil) == .insert)
        #expect(step(2, StoredState(cas: 9, revision: 1)) == .replace(cas: 9))
        // It may have been lost since.
        #expect(step(2, StoredState(cas: 9, revision: 2)) == .look)
    }

    @Test("a bounded number of states is remembered, the latest among them")
    func knownStates() {
        let known = KnownStates(limit: 10)
        for number in 0..<100 as Range<Int64> {
            known.remember([("\(number)", StoredState(cas: 1, revision: number))])
            #expect(known["\(number)"]?.revision == number)
        }
        let kept = (0..<100).filter { known["\($0)"] != nil }
        #expect(kept.count >= 10 && kept.count <= 20 && kept.last == 99)
        known.forget(["99"])
        #expect(known["99"] == nil)
    }
}

@Suite("The directory of windows, and places as text")
struct WindowDirectoryTests {
    @Test("a window's entries lead from the root to it")
    func entries() {
        for moment in [Timestamp.epoch, StoreSamples.start, .latest] {
            let start = moment.startOfMinute
            let entries = WindowDirectory.entries(.minute(start: start), .max)
            #expect(entries.map(\.list).first == WindowDirectory.root)
            for (parent, child) in zip(entries, entries.dropFirst()) {
                #expect(child.list.split(separator: "/").last.map(String.init) == parent.name)
            }
            let listed = ListedWindow(name: entries[2].name)
            #expect(listed?.key == StoredAggregate.key(.minute(start: start), .max))
            #expect(
                WindowDirectory.minutes(from: start, to: start.advanced(byMilliseconds: 1)).contains(
                    listed?.minute ?? -1))
        }
        #expect(ListedWindow(name: "no") == nil)
    }

    @Test("texts of places are in the order of the places")
    func places() {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<2_000 {
            func place() -> (Timestamp, OrderID) {
                let bits = random.next() % 48
                let moment = Int64(random.next() % (1 << bits)) % (Timestamp.latest.millisecondsSinceEpoch + 1)
                return (
                    Timestamp(millisecondsSinceEpoch: moment), OrderID(Int64(random.next() % (1 << (bits + 5))) + 1)!
                )
            }
            let (left, right) = (place(), place())
            let (first, second) = (PlaceText.text(left.0, left.1), PlaceText.text(right.0, right.1))
            #expect((left < right) == (first < second))
            #expect(PlaceText.start(of: left.0) < first && first < PlaceText.end(of: left.0))
            #expect(PlaceText.first < first && first < PlaceText.last)
        }
    }
}
