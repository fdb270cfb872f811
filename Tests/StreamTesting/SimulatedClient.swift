import Kafka
import OrderEvents
import StreamProcessing

/// The loop's client over topics in memory: does what a broker would, at once, and fails where the test says so.
///
/// What is produced in a transaction is seen once that is committed. A client that takes over a transactional id fences off the earlier one. Time
/// passes only by what the loop waits for.
package final class SimulatedClient: TaskClient {
    /// A call that can be made to fail.
    package enum Call: Hashable {
        case initTransactions, beginTransaction, produce, sendOffsets, commitTransaction, abortTransaction, commit, poll
    }

    /// A failure that is planted.
    package struct Failure {
        package var error: KafkaError
        /// The call does its work, and only its answer is lost.
        package var isDone: Bool

        package init(_ error: KafkaError, isDone: Bool = false) {
            self.error = error
            self.isDone = isDone
        }
    }

    package let log: MemoryLog
    package let group: String
    private let transactionalID: String
    private let time: SimulatedTime

    package var isConnected = true
    package var allBrokersDown: Bool { !isConnected }
    /// The next calls fail so, one after the other.
    package var failures: [Call: [Failure]] = [:]
    /// Records with a longer value are refused.
    package var largestValue = Int.max
    /// Assigned like the others, and never handed out: what a client library's fault looks like.
    package var mute: Set<TopicPartition> = []
    /// What happens inside the next polls, one after the other.
    package var duringPolls: [(SimulatedClient) -> Void] = []
    package private(set) var calls: [Call: Int] = [:]
    /// How long the last poll was allowed to wait.
    package private(set) var pollTimeout: Duration = .zero
    /// The offsets of each call that sent some.
    package private(set) var sentOffsets: [[TopicPartition: Int64]] = []
    package private(set) var isClosed = false

    private var epoch = 0
    private var topics: [String] = []
    private var handlers: (rebalance: KafkaConsumer.RebalanceHandler, choose: KafkaConsumer.AssignmentChoice)?
    private var given: [TopicPartition]?
    private var positions: [TopicPartition: Int64] = [:]
    private var delivered: [TopicPartition: Int64] = [:]
    package private(set) var paused: Set<TopicPartition> = []
    private var produced: [(topic: String, partition: Int32, entry: MemoryLog.Entry)] = []
    private var offsets: [TopicPartition: Int64] = [:]
    package private(set) var hasTransaction = false
    private var handles: [String] = []
    private var acknowledged: [String: [Int32: Int64]] = [:]

    package init(_ log: MemoryLog, group: String, transactionalID: String = "one", time: SimulatedTime) {
        self.log = log
        self.group = group
        self.transactionalID = transactionalID
        self.time = time
    }

    /// The group shares out its partitions again: in the next poll all of this member's go, and these come.
    package func give(_ partitions: [TopicPartition]) { given = partitions }

    /// Takes the next planned failure of a call; a call that is done all the same throws it behind.
    private func failure(_ call: Call) -> Failure? {
        calls[call, default: 0] += 1
        guard failures[call]?.isEmpty == false else { return nil }
        return failures[call]!.removeFirst()
    }

    /// - Parameter body: what the call does.
    private func perform(_ call: Call, _ body: () throws(KafkaError) -> Void) throws(KafkaError) {
        let failure = failure(call)
        if let failure, !failure.isDone { throw failure.error }
        try body()
        if let failure { throw failure.error }
    }

    private func checkEpoch() throws(KafkaError) {
        guard log.epoch(of: transactionalID) == epoch else {
            throw KafkaError(code: .fenced, message: "another producer took over", isFatal: true)
        }
    }

    package func close() {
        isClosed = true
        hasTransaction = false
        produced.removeAll()
    }
}

// The member.
extension SimulatedClient {
    package func subscribe(
        _ topics: [String], onRebalance: @escaping KafkaConsumer.RebalanceHandler,
        choose: @escaping KafkaConsumer.AssignmentChoice
    ) throws(KafkaError) {
        self.topics = topics
        for topic in topics { _ = log.topicID(topic) }
        handlers = (onRebalance, choose)
        give(topics.flatMap { topic in (0..<log.partitions).map { TopicPartition(topic: topic, partition: $0) } })
    }

    package func poll(max: Int, timeout: Duration) throws(KafkaError) -> RecordBatch {
        pollTimeout = timeout
        if !duringPolls.isEmpty { duringPolls.removeFirst()(self) }
        if let failure = failure(.poll) { throw failure.error }
        if given != nil {
            rebalance()
            return RecordBatch(copying: [])
        }
        var contents: [RecordContent] = []
        for place in positions.keys.sorted()
        where !paused.contains(place) && !mute.contains(place) && contents.count < max {
            if positions[place]! < log.begin(place) {
                throw KafkaError(
                    code: .autoOffsetReset, message: "offset \(positions[place]!) is gone", context: "consumer \(place)"
                )
            }
            let more = log.contents(of: place, from: positions[place]!, max: max - contents.count)
            guard let last = more.last else { continue }
            positions[place] = last.offset + 1
            delivered[place] = last.offset + 1
            contents += more
        }
        if contents.isEmpty { time.pass(timeout) }
        return RecordBatch(copying: contents)
    }

    private func rebalance() {
        guard let handlers, let given else { return }
        self.given = nil
        if !positions.isEmpty { _ = handlers.rebalance(.revoked(positions.keys.sorted())) }
        let chosen = handlers.choose(given)
        let starts = handlers.rebalance(.assigned(chosen))
        positions.removeAll()
        delivered.removeAll()
        for place in chosen {
            positions[place] =
                switch starts[place] {
                case .offset(let offset): offset
                case .end: log.end(place)
                case .committed, nil: log.committed(group)[place] ?? log.begin(place)
                case .beginning: log.begin(place)
                }
        }
    }

    package func pause(_ partitions: [TopicPartition]) throws(KafkaError) { paused.formUnion(partitions) }
    package func resume(_ partitions: [TopicPartition]) throws(KafkaError) { paused.subtract(partitions) }
    package func seek(_ starts: [TopicPartition: StartOffset]) throws(KafkaError) {
        for case (let place, .offset(let offset)) in starts { (positions[place], delivered[place]) = (offset, nil) }
    }

    package func position(_ partitions: [TopicPartition]) throws(KafkaError) -> [TopicPartition: Int64] {
        delivered.filter { partitions.contains($0.key) }
    }
    package func committed(_ partitions: [TopicPartition], timeout: Duration) throws(KafkaError) -> [TopicPartition:
        Int64]
    {
        log.committed(group).filter { partitions.contains($0.key) }
    }
    package func commit(_ offsets: [TopicPartition: Int64]) throws(KafkaError) {
        try perform(.commit) { () throws(KafkaError) in log.commit(offsets, of: group) }
    }
    package func beginnings(of partitions: [TopicPartition]) throws(KafkaError) -> [TopicPartition: Int64] {
        Dictionary(uniqueKeysWithValues: partitions.map { ($0, log.begin($0)) })
    }
    package func ends(of partitions: [TopicPartition]) throws(KafkaError) -> [TopicPartition: Int64] {
        Dictionary(uniqueKeysWithValues: partitions.map { ($0, log.end($0)) })
    }
    package func partitionCount(of topic: String) throws(KafkaError) -> Int32 { log.partitions }
    package func topicID(_ name: String) -> TopicID { log.topicID(name) }
    package func topicName(_ id: TopicID) -> String { log.topicName(id) }
}

// The producer.
extension SimulatedClient {
    package func initTransactions(timeout: Duration) throws(KafkaError) {
        let failure = failure(.initTransactions)
        if let failure {
            time.pass(timeout)
            throw failure.error
        }
        epoch = log.takeEpoch(of: transactionalID)
    }

    package func beginTransaction() throws(KafkaError) {
        try perform(.beginTransaction) { () throws(KafkaError) in
            try checkEpoch()
            guard !hasTransaction else {
                throw KafkaError(code: .state, message: "a transaction is open", isFatal: true)
            }
            hasTransaction = true
        }
    }

    package func topic(_ name: String) throws(KafkaError) -> TopicHandle {
        if let index = handles.firstIndex(of: name) { return TopicHandle(index: index) }
        handles.append(name)
        return TopicHandle(index: handles.count - 1)
    }

    package func produce(
        to topic: TopicHandle, partition: Int32, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?,
        timestamp: Int64?,
        headers: [RecordHeader]
    ) throws(KafkaError) {
        let entry = MemoryLog.Entry(
            key: key.map { Array($0) }, value: value.map { Array($0) }, timestamp: timestamp ?? time.wallClock,
            headers: headers)
        try perform(.produce) { () throws(KafkaError) in
            guard hasTransaction else { throw KafkaError(code: .state, message: "no transaction has begun") }
            if value?.count ?? 0 > largestValue {
                throw KafkaError(
                    code: .messageTooLarge, message: "\(value?.count ?? 0) bytes", mustAbortTransaction: true)
            }
            produced.append((handles[topic.index], partition, entry))
        }
    }

    package func sendOffsets(_ offsets: [TopicPartition: Int64]) throws(KafkaError) {
        try perform(.sendOffsets) { () throws(KafkaError) in
            sentOffsets.append(offsets)
            self.offsets.merge(offsets) { $1 }
        }
    }

    package func commitTransaction(timeout: Duration) throws(KafkaError) {
        let failure = failure(.commitTransaction)
        if let failure, !failure.isDone {
            time.pass(timeout)
            throw failure.error
        }
        try checkEpoch()
        for record in produced {
            let offset = log.append(record.entry, to: record.topic, partition: record.partition)
            acknowledged[record.topic, default: [:]][record.partition] = offset + 1
        }
        log.commit(offsets, of: group)
        endTransaction()
        if let failure {
            time.pass(timeout)
            throw failure.error
        }
    }

    package func abortTransaction(timeout: Duration) throws(KafkaError) {
        try perform(.abortTransaction) { () throws(KafkaError) in
            try checkEpoch()
            endTransaction()
        }
    }

    private func endTransaction() {
        produced.removeAll()
        offsets.removeAll()
        hasTransaction = false
    }

    package func takeDeliveredOffsets(of topic: TopicHandle) -> [Int32: Int64] {
        acknowledged.removeValue(forKey: handles[topic.index]) ?? [:]
    }
}

// Reading again.
extension SimulatedClient {
    package func watermarks(of topic: String, _ partitions: [Int32], countingOpen: Bool) throws(KafkaError) -> [Int32:
        Watermarks]
    {
        Dictionary(
            uniqueKeysWithValues: partitions.map { partition in
                let place = TopicPartition(topic: topic, partition: partition)
                return (partition, Watermarks(low: log.begin(place), high: log.end(place)))
            })
    }

    package func replay(
        _ topic: String, _ ranges: [Int32: Range<Int64>],
        _ take: (RecordBatch, _ reached: [Int32: Int64]) throws -> Void
    ) throws -> Int {
        var count = 0
        for (partition, range) in ranges.sorted(by: { $0.key < $1.key }) where !range.isEmpty {
            let place = TopicPartition(topic: topic, partition: partition)
            let contents = log.contents(
                of: place, from: range.lowerBound, max: Int(range.upperBound - range.lowerBound))
            count += contents.count
            try take(RecordBatch(copying: contents), [partition: range.upperBound])
        }
        return count
    }
}
