import Testing
import Threads

@testable import Kafka

struct DedicatedThreadTests {
    actor Pinned {
        let thread = DedicatedThread(name: "pinned")
        nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }
        var threads: Set<UInt> = []

        func visit() { threads.insert(currentThread()) }
    }

    @Test("an actor pinned to a thread runs on that one thread")
    func pinnedActor() async {
        let actor = Pinned()
        for _ in 0..<50 {
            await actor.visit()
            await Task.yield()
        }
        let threads = await actor.threads
        #expect(threads.count == 1)
        let own = await actor.thread.run { currentThread() }
        #expect(threads == [own])
    }

    @Test("calls run in order and give their outcome back")
    func outcomes() async throws {
        let thread = DedicatedThread(name: "calls")
        #expect(await thread.run { 42 } == 42)
        let error = try await failure {
            try await thread.run { () throws(KafkaError) -> Int in throw KafkaError(code: .closed, message: "no") }
        }
        #expect(error.code == .closed)
    }

    @Test("the thread ends with the last reference, after what was queued")
    func ending() async {
        let ended = Monitor(false)
        do {
            let thread = DedicatedThread(name: "ending")
            let witness = Witness { ended.update { $0 = true } }
            await thread.run { [witness] in withExtendedLifetime(witness) {} }
        }
        #expect(ended.wait(timeout: .seconds(5)) { $0 ? true : nil } == true)
    }

    final class Witness: Sendable {
        let onEnd: @Sendable () -> Void
        init(_ onEnd: @escaping @Sendable () -> Void) { self.onEnd = onEnd }
        deinit { onEnd() }
    }
}

struct ClientGateTests {
    @Test("a closing client is destroyed exactly once, by its last user")
    func lastUser() {
        let gate = ClientGate()
        let (first, second, closer) = (gate.enter(), gate.enter(), gate.enterClosing())
        #expect([first, second, closer] == [true, true, true])
        let refused = [gate.enter(), gate.leave(), gate.enterClosing(), gate.leave()]
        #expect(refused == [false, false, false, false])
        let leaving = [gate.leave(), gate.leave(), gate.leave()]
        #expect(leaving == [false, false, true])
        let late = [gate.enter(), gate.leave(), gate.enterClosing(), gate.leave()]
        #expect(late == [false, false, false, false])
    }

    @Test("timeouts become whole milliseconds, rounded up and within what C takes")
    func milliseconds() {
        #expect(Duration.zero.milliseconds == 0)
        #expect(Duration.nanoseconds(1).milliseconds == 1)
        #expect(Duration.milliseconds(1500).milliseconds == 1500)
        #expect(Duration.seconds(-1).milliseconds == 0)
        #expect(Duration.seconds(1 << 40).milliseconds == .max)
    }
}
