import Testing
import TestSupport

@testable import StreamProcessing

extension Int: StateKey {
    /// Few different ones, so that keys collide.
    public var stateHash: UInt64 { UInt64(truncatingIfNeeded: self % 7) }
    public func withKeyBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try withUnsafeBytes(of: self, body)
    }
}

@Suite struct KeyedStateTests {
    @Test func aValueIsLoadedOnceAndThenRemembered() {
        var state = KeyedState<Int, String>()
        var loads = 0
        for _ in 0..<3 {
            let value = state.value(for: 1) {
                loads += 1
                return "loaded"
            }
            #expect(value == "loaded")
        }
        #expect(loads == 1)
    }

    @Test func anAbsentKeyIsRememberedAsAbsent() {
        var state = KeyedState<Int, String>()
        var loads = 0
        for _ in 0..<3 {
            let value = state.value(for: 1) {
                loads += 1
                return nil
            }
            #expect(value == nil)
        }
        #expect(loads == 1)
    }

    @Test func changedKeysComeOnceAndInOrder() throws {
        var state = KeyedState<Int, Int>()
        state.set(1, for: 30)
        state.set(2, for: 10)
        state.set(3, for: 30)
        try state.update(20, load: { 5 }) { $0 += 1 }
        try state.update(10, load: { 0 }) { $0 += 1 }
        #expect(state.changedKeys == [30, 10, 20])
        var changes: [Int: Int] = [:]
        state.updateChanged { changes[$0] = $1 }
        #expect(changes == [30: 3, 10: 3, 20: 6])
        state.commit()
        #expect(state.changedKeys.isEmpty)
        #expect(state.value(for: 20) { nil } == 6)
    }

    @Test func afterAResetTheDatabaseIsAskedAgain() {
        var state = KeyedState<Int, Int>()
        state.set(1, for: 1)
        state.reset()
        #expect(state.changedKeys.isEmpty)
        #expect(state.value(for: 1) { 7 } == 7)
    }

    @Test func memoryIsBoundedAndChangedValuesAreNeverDroppedInABatch() {
        var state = KeyedState<Int, Int>(capacity: 10)
        for batch in 0..<20 {
            for index in 0..<25 { state.set(index, for: batch * 25 + index) }
            for index in 0..<25 { #expect(state.value(for: batch * 25 + index) { nil } == index) }
            state.commit()
        }
        #expect(state.young.entries.count + state.old.entries.count <= 10 + 25 + 25)
        // The last batch is still in memory, the first is not.
        #expect(state.value(for: 19 * 25) { -1 } == 0)
        #expect(state.value(for: 0) { -1 } == -1)
    }

    @Test func aFailedUpdateIsNoChange() {
        struct Refused: Error {}
        var state = KeyedState<Int, Int>()
        #expect(throws: Refused.self) { try state.update(1, load: { 5 }) { _ in throw Refused() } }
        #expect(state.changedKeys.isEmpty)
        #expect(state.value(for: 1) { nil } == 5)
    }
}

@Suite struct KeyTableTests {
    @Test func keysThatCollideKeepTheirNumbersThroughGrowth() {
        var table = KeyTable<Int>(capacity: 4)
        for key in 0..<500 { #expect(table.insert(key * 3) == key) }
        for key in 0..<500 { #expect(table.find(key * 3) == key) }
        #expect(table.find(1) == nil)
        table.removeAll()
        #expect(table.find(0) == nil)
        #expect(table.insert(9) == 0)
    }
}

@Suite struct BackoffTests {
    @Test func delaysGrowToTheCapAndNeverBeyond() {
        let backoff = Backoff(base: .milliseconds(100), cap: .seconds(5))
        var random = SeededGenerator(seed: 1)
        for attempt in 0..<100 {
            let delay = backoff.delay(attempt: attempt, using: &random)
            let ceiling = min(Duration.milliseconds(100) * (1 << min(attempt, 20)), .seconds(5))
            #expect(delay <= ceiling)
            #expect(delay >= ceiling / 2)
        }
    }
}
