import DequeModule
import KafkaProtocol
import KafkaRecords

/// A partition that a consumer reads: how far it is, and what was read ahead.
struct PartitionState {
    enum Stage: Hashable {
        /// Assigned; where to begin was not said yet.
        case assigned
        /// The group's offset is to be found out.
        case findingCommitted
        /// The offset of a time is to be found out.
        case findingOffset(time: Int64)
        /// Whether the log still has what was read is to be found out (KIP-320).
        case validating
        case reading
        /// Nothing is read until the application seeks.
        case stopped
    }

    let place: TopicPartition
    var stage = Stage.assigned
    /// Counts what makes answers that are on their way worthless: seeking, and being assigned again.
    var turn: UInt64
    /// A request for the present stage is on its way.
    var isAsking = false
    /// Nothing is asked for before this time.
    var retryAt: Int64 = 0
    var attempts = 0

    /// The offset of the next record that the application gets.
    var position: Int64 = -1
    /// Where the application knows the position to be: where it said to begin, or where the last poll ended.
    var reportedPosition: Int64 = -1
    /// Behind what was read ahead: the offset that is fetched next.
    var fetchOffset: Int64 = -1
    /// The epoch of the leader that wrote the record before ``position``; -1 if unknown.
    var positionEpoch: Int32 = -1
    /// The same for ``fetchOffset``.
    var fetchEpoch: Int32 = -1
    /// The leader's epoch with which ``fetchOffset`` was last found to be right.
    var validatedEpoch: Int32 = -1

    var isPaused = false
    /// It is about to be given up: nothing more is handed out.
    var isLeaving = false
    var buffered: Deque<FetchedBatch> = []
    /// Of ``buffered``.
    var bufferedBytes = 0
    /// The rest of a batch, of which records were handed out.
    var decoded: RecordRun?
    /// What is thrown once all records before it are handed out.
    var problem: ClientError?

    /// As brokers last said; -1 for unknown.
    var highWatermark: Int64 = -1
    var lastStableOffset: Int64 = -1
    var logStartOffset: Int64 = -1
    /// A replica that the leader has named to read from, and until when that holds (KIP-392).
    var replica: (broker: Int32, until: Int64)?

    init(_ place: TopicPartition, turn: UInt64) {
        self.place = place
        self.turn = turn
    }

    var isReading: Bool { stage == .reading }
    var hasRecords: Bool { decoded != nil || !buffered.isEmpty }
    /// Whether the application can get something of it now: records, or the error behind them.
    var isReady: Bool { !isPaused && !isLeaving && (hasRecords || problem != nil) }
}

extension PartitionState {
    /// Goes on at an offset. What was read ahead is dropped, and answers that are on their way do not count.
    mutating func moveTo(_ offset: Int64, epoch: Int32, turn: UInt64) {
        drop(turn: turn)
        stage = .reading
        (position, fetchOffset, reportedPosition) = (offset, offset, offset)
        (positionEpoch, fetchEpoch) = (epoch, epoch)
        validatedEpoch = -1
    }

    /// The log of the leader with this epoch has what was read.
    mutating func isRight(by leaderEpoch: Int32) {
        stage = .reading
        validatedEpoch = leaderEpoch
        attempts = 0
    }

    /// Has the place found out first.
    mutating func find(_ stage: Stage, turn: UInt64) {
        drop(turn: turn)
        self.stage = stage
        (position, fetchOffset, positionEpoch, fetchEpoch) = (-1, -1, -1, -1)
    }

    private mutating func drop(turn: UInt64) {
        self.turn = turn
        isAsking = false
        retryAt = 0
        attempts = 0
        dropRecords()
        replica = nil
    }

    /// Forgets what was read ahead, and goes on fetching at the position.
    mutating func rewind() {
        guard hasRecords else { return }
        dropRecords()
        (fetchOffset, fetchEpoch) = (position, positionEpoch)
    }

    private mutating func dropRecords() {
        buffered = []
        bufferedBytes = 0
        decoded = nil
        problem = nil
    }

    /// What a Fetch has brought, from ``fetchOffset`` on.
    mutating func append(_ log: FetchedLog) {
        for batch in log.batches {
            buffered.append(batch)
            bufferedBytes += batch.byteCount
        }
        fetchOffset = log.nextOffset
        if let epoch = log.leaderEpoch { fetchEpoch = epoch }
        passSkipped()
    }

    /// Where nothing is left to hand out, the position is behind all that was read: markers and aborted records that
    /// follow the last record are passed with it.
    private mutating func passSkipped() {
        guard !hasRecords else { return }
        (position, positionEpoch) = (fetchOffset, fetchEpoch)
    }

    /// Up to `count` of the records that are there, of one batch; nil if there are none, or if the next cannot be read:
    /// then ``problem`` says why.
    mutating func take(_ count: Int, batchLimit: Int) -> RecordRun? {
        while decoded == nil, let next = buffered.popFirst() {
            bufferedBytes -= next.byteCount
            do throws(RecordError) {
                let (run, problem) = try RecordRun.decode(next, of: place, limit: batchLimit)
                if let problem { stop(behind: run.nextOffsetOfLast ?? next.from, problem) }
                guard !run.isEmpty else {
                    if problem == nil { (position, positionEpoch) = (run.nextOffset, run.leaderEpoch) }
                    continue
                }
                decoded = run
                if problem != nil { decoded?.nextOffset = fetchOffset }
            } catch {
                stop(behind: next.from, error)
            }
        }
        guard var run = decoded else {
            if problem == nil { passSkipped() }
            return nil
        }
        let taken = run.takeFirst(count)
        decoded = run.isEmpty ? nil : run
        (position, positionEpoch) = (taken.nextOffset, taken.leaderEpoch)
        passSkipped()
        var result = taken
        result.nextOffset = position
        return result
    }

    /// Nothing behind this offset can be read: it is fetched again once that was thrown.
    private mutating func stop(behind offset: Int64, _ error: RecordError) {
        buffered = []
        bufferedBytes = 0
        fetchOffset = offset
        problem = Self.problem(error, at: offset, of: place)
    }

    static func problem(_ error: RecordError, at offset: Int64, of place: TopicPartition) -> ClientError {
        ClientError(
            .badBatch, "the log cannot be read at offset \(offset): \(error)", context: "\(place)", isRetriable: false)
    }
}

extension RecordRun {
    /// Behind the last record; nil if there is none.
    var nextOffsetOfLast: Int64? { last.map { $0.offset + 1 } }
}
