import Glibc
import NIOCore
import Synchronization

/// Performs storage operations, each lane on a thread of its own, and hands completions back on the event loop.
final class StorageThreads: Sendable {
    private let lanes: [LaneThread]

    /// - Parameter complete: called on the event loop for every operation.
    init(files: some StorageFiles, eventLoop: any EventLoop, complete: @escaping @Sendable (StorageCompletion) -> Void)
    {
        lanes = StorageLane.allCases.map { _ in
            LaneThread { operation in
                let completion = operation.perform(on: files)
                eventLoop.execute { complete(completion) }
            }
        }
    }

    func submit(_ operation: StorageOperation) { lanes[operation.lane.rawValue].submit(operation) }

    /// Ends the threads once they have done what they were given. Blocks until then.
    func stop() {
        for lane in lanes { lane.stop() }
    }
}

/// A thread that performs operations one after the other.
private final class LaneThread: Sendable {
    private struct State {
        var queue: [StorageOperation] = []
        var isStopping = false
    }

    private let state = Mutex(State())
    /// Counts operations that are queued, and once more when the thread is to end.
    private let semaphore: Semaphore
    private let finished: Semaphore

    init(perform: @escaping @Sendable (StorageOperation) -> Void) {
        semaphore = Semaphore()
        finished = Semaphore()
        Self.start { [self] in
            run(perform)
            finished.signal()
        }
    }

    private func run(_ perform: (StorageOperation) -> Void) {
        while true {
            semaphore.wait()
            let (operations, isStopping) = state.withLock { state in
                defer { state.queue = [] }
                return (state.queue, state.isStopping)
            }
            for operation in operations { perform(operation) }
            if isStopping { return }
        }
    }

    func submit(_ operation: StorageOperation) {
        state.withLock { $0.queue.append(operation) }
        semaphore.signal()
    }

    func stop() {
        state.withLock { $0.isStopping = true }
        semaphore.signal()
        finished.wait()
    }

    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// A plain thread: these calls block, so they have no place in Swift's cooperative pool.
    private static func start(_ run: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let body = Unmanaged.passRetained(Body(run))
        let code = pthread_create(
            &thread, nil,
            { argument in
                // The thread owns the body from here on.
                guard let argument else { return nil }
                Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, body.toOpaque())
        precondition(
            code == 0, "a thread for the broker's storage could not be started: \(String(cString: strerror(code)))")
        pthread_detach(thread)
    }
}

/// A counting semaphore of the operating system.
private final class Semaphore: Sendable {
    /// The semaphore's memory stays in its place until deinit, and sem_post and sem_wait are safe from any thread.
    private nonisolated(unsafe) let pointer: UnsafeMutablePointer<sem_t>

    init() {
        pointer = .allocate(capacity: 1)
        sem_init(pointer, 0, 0)
    }

    deinit {
        sem_destroy(pointer)
        pointer.deallocate()
    }

    func signal() { sem_post(pointer) }

    func wait() {
        while sem_wait(pointer) != 0 && errno == EINTR {}
    }
}
