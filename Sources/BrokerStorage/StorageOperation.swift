import NIOCore

/// The order in which storage operations happen: first in, first out within a lane, no order between lanes.
package enum StorageLane: Int, Hashable, Sendable, CaseIterable {
    /// Journal commits alone, so that nothing delays an acknowledgement.
    case journal
    /// Segment writes and reads, and what must keep its place among them.
    case files
    /// Long work that nobody waits for: checkpoints, compaction, deletion.
    case background
}

/// Work for the storage, decided by the core and performed outside of it.
package struct StorageOperation: Sendable {
    package typealias ID = UInt64

    package let id: ID
    package let lane: StorageLane
    /// Performed in order; the first that fails ends the operation.
    package let steps: [StorageStep]

    package init(id: ID, lane: StorageLane, steps: [StorageStep]) {
        self.id = id
        self.lane = lane
        self.steps = steps
    }
}

/// One call on ``StorageFiles``.
package enum StorageStep: Sendable {
    case write(file: String, offset: Int, chunks: [ByteBuffer])
    case read(file: String, offset: Int, count: Int)
    case truncate(file: String, size: Int)
    case preallocate(file: String, size: Int)
    case synchronize(file: String)
    case synchronizeDirectory(String)
    case rename(source: String, target: String)
    case delete(file: String)
    case deleteDirectory(String)
    /// Longer work that reads and writes files of its own, such as a compaction.
    case job(any StorageJob)
}

/// Work that is made of many file calls. It must be a pure function of its own values and the files' contents.
package protocol StorageJob: Sendable {
    func run(on files: some StorageFiles) throws(StorageError) -> any StorageJobResult
}

/// What a job hands back to the core.
package protocol StorageJobResult: Sendable {}

/// The result of a ``StorageOperation``.
package struct StorageCompletion: Sendable {
    package var id: StorageOperation.ID
    /// What its read steps read, in their order.
    package var read: [ByteBuffer] = []
    package var jobResult: (any StorageJobResult)?
    package var error: StorageError?

    package init(id: StorageOperation.ID) { self.id = id }
}

extension StorageOperation {
    /// Performs the steps, blocking.
    package func perform(on files: some StorageFiles) -> StorageCompletion {
        var completion = StorageCompletion(id: id)
        do {
            for step in steps {
                switch step {
                case .write(let file, let offset, let chunks): try files.write(file, at: offset, chunks)
                case .read(let file, let offset, let count):
                    completion.read.append(try files.read(file, at: offset, count: count))
                case .truncate(let file, let size): try files.truncate(file, to: size)
                case .preallocate(let file, let size): try files.preallocate(file, size: size)
                case .synchronize(let file): try files.synchronize(file)
                case .synchronizeDirectory(let directory): try files.synchronizeDirectory(directory)
                case .rename(let source, let target): try files.rename(source, to: target)
                case .delete(let file): try files.delete(file)
                case .deleteDirectory(let directory): try files.deleteDirectory(directory)
                case .job(let job): completion.jobResult = try job.run(on: files)
                }
            }
        } catch {
            completion.error = error
        }
        return completion
    }
}
