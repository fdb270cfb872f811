import NIOCore
import Threads

/// Performs storage operations, each lane on a thread of its own, and hands completions back on the event loop.
package final class StorageThreads: Sendable {
    private let lanes: [WorkThread<StorageOperation>]

    /// - Parameter complete: called on the event loop for every operation.
    package init(
        files: some StorageFiles, eventLoop: any EventLoop, complete: @escaping @Sendable (StorageCompletion) -> Void
    ) {
        lanes = StorageLane.allCases.map { lane in
            WorkThread(name: "broker-\(lane)") { operation in
                let completion = operation.perform(on: files)
                eventLoop.execute { complete(completion) }
            }
        }
    }

    package func submit(_ operation: StorageOperation) { lanes[operation.lane.rawValue].submit(operation) }

    /// Ends the threads once they have done what they were given. Blocks until then.
    package func stop() {
        for lane in lanes { lane.stop() }
    }
}
