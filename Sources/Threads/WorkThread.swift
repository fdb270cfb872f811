/// A thread that performs what it is given, in order.
///
/// It ends, after what is queued by then has been performed, when the last reference to the object goes.
package final class WorkThread<Work: Sendable>: Sendable {
    private struct Queue {
        var work: [Work] = []
        var isEnding = false
        var hasEnded = false

        /// All that is waiting; empty at the end; nil: wait on.
        mutating func next() -> [Work]? {
            if work.isEmpty { return isEnding ? [] : nil }
            defer { work = [] }
            return work
        }
    }

    private let queue = Monitor(Queue())

    /// `name` shows in `ps -L` and debuggers; Linux keeps the first 15 bytes.
    package init(name: String, perform: @escaping @Sendable (Work) -> Void) {
        // The thread holds the queue, not this object, so that dropping the object ends the thread.
        OSThread.start(name) { [queue] in
            while let batch = queue.wait(until: { $0.next() }), !batch.isEmpty {
                for work in batch { perform(work) }
            }
            queue.update { $0.hasEnded = true }
        }
    }

    deinit {
        queue.update { $0.isEnding = true }
    }

    package func submit(_ work: Work) {
        queue.update { $0.work.append(work) }
    }

    /// Ends the thread once it has done what it was given. Blocks until then.
    package func stop() {
        queue.update { $0.isEnding = true }
        _ = queue.wait { $0.hasEnded ? true : nil }
    }
}
