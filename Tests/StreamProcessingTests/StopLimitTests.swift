import Logging
import ServiceLifecycle
import Synchronization
import Testing

@testable import StreamProcessing

@Suite("What does not stop is ended", .timeLimit(.minutes(2))) struct StopLimitTests {
    /// A service that heeds no shutdown until it is let go.
    private struct Stubborn: Service {
        let begun: AsyncStream<Void>.Continuation
        let release: AsyncStream<Void>

        func run() async throws {
            begun.yield()
            for await _ in release { return }
        }
    }

    @Test("a service that does not end is not waited for longer than the limit")
    func aServiceThatDoesNotEndIsEnded() async throws {
        let (begun, onBegun) = AsyncStream.makeStream(of: Void.self)
        let (release, onRelease) = AsyncStream.makeStream(of: Void.self)
        // The end of the process, which lets the service go here.
        let limit = StopLimit(.milliseconds(300), logger: silent) { onRelease.yield() }
        let group = ServiceGroup(
            services: [Stubborn(begun: onBegun, release: release), limit], logger: silent)
        async let running: Void = group.run()
        for await _ in begun { break }
        await group.triggerGracefulShutdown()
        // Returns only if the limit ended it.
        try await running
    }

    @Test("what has ended in time is not ended again")
    func whatHasEndedIsLeftAlone() async throws {
        let (begun, onBegun) = AsyncStream.makeStream(of: Void.self)
        let (release, onRelease) = AsyncStream.makeStream(of: Void.self)
        let ends = Mutex(0)
        let limit = StopLimit(.milliseconds(300), logger: silent) { ends.withLock { $0 += 1 } }
        let group = ServiceGroup(
            services: [Stubborn(begun: onBegun, release: release), limit], logger: silent)
        async let running: Void = group.run()
        for await _ in begun { break }
        limit.disarm()
        await group.triggerGracefulShutdown()
        try await Task.sleep(for: .seconds(1))
        #expect(ends.withLock { $0 } == 0)
        onRelease.yield()
        try await running
    }
}
