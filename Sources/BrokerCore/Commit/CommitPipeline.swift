import BrokerStorage
import DequeModule
import KafkaProtocol
import NIOCore

/// Group commit: what is appended while one commit is being written goes out in the next.
struct CommitPipeline {
    private(set) var journal: JournalFiles
    /// The next commit.
    var pending = JournalFrameBuilder(capacity: 4096)
    private var pendingActions: [DurableAction] = []
    private(set) var inFlight: InFlight?
    /// Commits dispatched so far.
    private var count: UInt64 = 0
    /// Produce requests that wait for room in the next commit.
    var stalled: Deque<(RequestContext, ProduceRequest)> = []

    /// A commit on its way to the disk.
    struct InFlight {
        /// How far each log that it appends to becomes durable, in the order of the appends.
        var ends: [(log: PartitionLog, nextOffset: Int64)] = []
        fileprivate(set) var actions: [DurableAction]
        /// What writes it; kept, since a full disk is tried again.
        let steps: [StorageStep]
    }

    init(journal: JournalFiles) { self.journal = journal }

    /// Whether everything appended so far is durable.
    var isIdle: Bool { pending.isEmpty && inFlight == nil }
    var canDispatch: Bool { inFlight == nil && !pending.isEmpty }
    /// Full journal files that wait for a checkpoint.
    var fullFiles: Int { journal.full.count }

    /// Keeps an action until everything appended so far is durable, which it is not (``isIdle``).
    mutating func whenDurable(_ action: DurableAction) {
        if pending.isEmpty { inFlight?.actions.append(action) } else { pendingActions.append(action) }
    }

    /// Puts the pending commit in flight.
    ///
    /// - Parameter keep: takes each batch with its bytes.
    /// - Returns: whether a journal file became full.
    mutating func dispatch(_ settings: BrokerSettings, keep: (JournalFrameBuilder.Placed, ByteBuffer) -> Void) -> Bool {
        var builder = pending
        pending = JournalFrameBuilder(capacity: min(max(builder.byteCount, 4096), 1 << 20))
        let (frames, checksum) = builder.finish(
            nextSequence: journal.position.nextSequence, previousChecksum: journal.position.previousChecksum)
        let (steps, switched) = place(frames, settings)
        journal.advance(frames: frames.count, checksum: checksum)
        var commit = InFlight(actions: pendingActions, steps: steps)
        pendingActions = []
        count += 1
        for placed in builder.placed {
            keep(placed, builder.buffer.getSlice(at: placed.start, length: placed.header.totalBytes) ?? ByteBuffer())
            guard placed.log.lastCommit != count else { continue }
            placed.log.lastCommit = count
            // All that was appended goes out together, so the log is durable up to its end.
            commit.ends.append((placed.log, placed.log.nextOffset))
        }
        inFlight = commit
        return switched
    }

    /// The commit in flight is durable, or as durable as it needs to be.
    mutating func take() -> InFlight? { inFlight.take() }

    /// Journal files that a checkpoint has overtaken and that nobody needs.
    mutating func release(before position: JournalPosition) -> [StorageStep] {
        journal.release(before: position).map { .delete(file: JournalFiles.name($0)) }
    }

    /// The steps that write the frames, and whether a journal file became full.
    private mutating func place(_ frames: [ByteBuffer], _ settings: BrokerSettings) -> ([StorageStep], switched: Bool) {
        var steps: [StorageStep] = []
        var chunks: [ByteBuffer] = []
        var run = JournalFiles.Place(file: 0, offset: 0)
        var runBytes = 0
        var switched = false
        func writeRun() {
            guard !chunks.isEmpty else { return }
            let file = JournalFiles.name(run.file)
            if run.isNewFile {
                steps.append(.preallocate(file: file, size: settings.journalFileBytes))
                steps.append(.synchronizeDirectory(JournalFiles.directory))
            }
            steps.append(.write(file: file, offset: run.offset, chunks: chunks))
            if !settings.relaxedDurability { steps.append(.synchronize(file: file)) }
        }
        for frame in frames {
            let place = journal.place(frame.readableBytes)
            switched = switched || place.switched
            if place.file != run.file || place.offset != run.offset + runBytes {
                writeRun()
                run = place
                runBytes = 0
                chunks = []
            }
            chunks.append(frame)
            runBytes += frame.readableBytes
        }
        writeRun()
        return (steps, switched)
    }
}
