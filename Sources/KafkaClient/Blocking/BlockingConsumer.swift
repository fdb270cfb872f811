import Logging
import NIOCore

/// A consumer for a thread of its own, which it may block. The thread is not one of Swift's pool.
///
/// What needs no answer is not waited for: pausing, seeking, releasing. One thread makes all calls.
package final class BlockingConsumer {
    /// Called inside a poll when partitions come and go, as ``KafkaConsumer/RebalanceHandler``. It may make calls.
    package typealias RebalanceHandler = (RebalanceEvent) -> [TopicPartition: StartOffset]
    /// Says what is read with the partitions that the group has given. It may make calls.
    package typealias AssignmentChoice = (_ given: [TopicPartition]) -> [TopicPartition]

    let handle: ClusterHandle
    let core: NIOLoopBound<ConsumerCore>
    private let settings: ConsumerSettings
    private var handler: RebalanceHandler = { _ in [:] }
    private var choose: AssignmentChoice?
    /// What is read.
    package private(set) var assignment: [TopicPartition] = []
    private var positions: [TopicPartition: Int64] = [:]

    /// A consumer. It connects when it has something to do.
    package init(
        _ cluster: ClusterSettings, _ settings: ConsumerSettings, logger: Logger
    ) throws(ClientError) {
        let handle = try ClusterHandle(blocking: cluster, logger: logger)
        self.settings = settings
        self.handle = handle
        core = handle.runBlocking { ConsumerCore.bound(to: handle.loop, settings, $0) }
    }

    deinit { handle.release() }

    /// How the connections to its cluster fare. Any thread.
    package var status: ClusterStatus { handle.status }

    // MARK: Partitions

    /// Joins the group; see ``KafkaConsumer/subscribe(_:onRebalance:)``.
    ///
    /// - Parameter choose: what is read in place of what the group gives; asked before `onRebalance`, which is given
    ///   the choice. Only with eager assignors.
    package func subscribe(
        _ topics: Set<String>, onRebalance: @escaping RebalanceHandler, choose: AssignmentChoice? = nil
    ) throws(ClientError) {
        (handler, self.choose) = (onRebalance, choose)
        let choosing = choose != nil
        try attempt { core throws(ClientError) in try core.subscribe(topics, choosing: choosing) }
    }

    /// Reads these partitions from these places, with no group involved.
    package func assign(_ starts: [TopicPartition: StartOffset]) throws(ClientError) {
        assignment = starts.keys.sorted()
        positions = [:]
        try attempt { core throws(ClientError) in try core.assign(starts) }
    }

    // The core refuses only partitions that are not read, and those are left out: so `try?` hides nothing here.

    /// Stops handing out records of those of the partitions that are still read.
    package func pause(_ partitions: [TopicPartition]) {
        change { core in try? core.pause(partitions.filter { core.partitions[$0] != nil }) }
    }

    /// Hands them out again.
    package func resume(_ partitions: [TopicPartition]) {
        change { core in try? core.resume(partitions.filter { core.partitions[$0] != nil }) }
    }

    /// Goes on at other places, in those of the partitions that are still read. What the group has taken away
    /// meanwhile the next poll tells.
    package func seek(_ starts: [TopicPartition: StartOffset]) {
        for place in starts.keys { positions[place] = nil }
        change { core in try? core.seek(starts.filter { core.partitions[$0.key] != nil }) }
    }

    /// Behind what polls have handed out, and behind what is left out after it. Only of partitions where that is
    /// farther than where it was begun.
    package func position(_ partitions: [TopicPartition]) -> [TopicPartition: Int64] {
        var found: [TopicPartition: Int64] = [:]
        for place in partitions { found[place] = positions[place] }
        return found
    }

    // MARK: Polls

    /// Waits for records and takes those that are there; see ``KafkaConsumer/poll(max:timeout:)``.
    package func poll(max: Int, timeout: Duration) throws(ClientError) -> [RecordRun] {
        let wait = timeout.inMilliseconds
        let polled: Polled = ask { core, done in core.poll(maximum: max, until: core.now + wait, then: done) }
        for move in polled.moves { positions[move.place] = move.offset }
        guard polled.events.isEmpty else {
            try handle(polled.events)
            return []
        }
        if let error = polled.error { throw error }
        return polled.runs
    }

    /// Has a poll that another thread waits in end now, with nothing. Where none does, the next one that may wait does
    /// not: so a call that comes just before a poll is not lost. The consumer goes on, other than with ``interrupt()``.
    /// Any thread.
    package func wakePoll() { change { $0.wakePoll() } }

    private func handle(_ events: [GroupEvent]) throws(ClientError) {
        var failure: ClientError?
        for event in events {
            switch event {
            case .assigned(let new, let all): assigned(new, all)
            case .revoked(let places, let ticket):
                _ = handler(.revoked(held(places)))
                forget(places)
                change { $0.released(places, ticket) }
            case .lost(let places):
                _ = handler(.lost(held(places)))
                forget(places)
                if choose != nil { change { $0.read([], at: [:]) } }
            case .failed(let error): failure = error
            }
        }
        if let failure { throw failure }
    }

    private func assigned(_ new: [TopicPartition], _ all: [TopicPartition]) {
        if let choose {
            let chosen = choose(all)
            (assignment, positions) = (chosen, [:])
            let starts = handler(.assigned(chosen))
            change { $0.read(chosen, at: starts) }
        } else {
            assignment = all
            let starts = handler(.assigned(new))
            change { $0.begin(new, at: starts) }
        }
    }

    private func held(_ places: [TopicPartition]) -> [TopicPartition] { choose == nil ? places : assignment }

    private func forget(_ places: [TopicPartition]) {
        for place in held(places) { positions[place] = nil }
        let gone = Set(held(places))
        assignment.removeAll { gone.contains($0) }
    }

    /// Ends a poll that another thread is in, for a consumer that is being closed. Any thread.
    package func interrupt() { change { $0.close {} } }

    /// Gives its partitions up, leaves the group, and lets go of everything.
    ///
    /// - Parameter tellingHandler: whether the handler is notified of the partitions that it gives up.
    package func close(tellingHandler: Bool = true) {
        if !tellingHandler { handler = { _ in [:] } }
        change { $0.close {} }
        while true {
            let polled: Polled = ask { core, done in core.poll(maximum: 1, until: core.now + 100, then: done) }
            // A share that came at last is not begun with.
            let going = polled.events.filter { if case .assigned = $0 { false } else { true } }
            // What the group still says is not an error of the application's.
            try? handle(going)
            if polled.error?.code == .closed { break }
        }
        handle.release()
    }

    // MARK: On the loop

    /// A call that ends later.
    func ask<Value: Sendable>(
        _ body: @escaping @Sendable (ConsumerCore, @escaping (Value) -> Void) -> Void
    ) -> Value {
        let (core, handle) = (core, handle)
        return Reply.wait { reply in handle.execute { _ in body(core.value) { reply.give($0) } } }
    }

    private func change(_ body: @escaping @Sendable (ConsumerCore) -> Void) {
        let core = core
        handle.execute { _ in body(core.value) }
    }

    private func attempt(
        _ body: @escaping @Sendable (ConsumerCore) throws(ClientError) -> Void
    ) throws(ClientError) {
        let core = core
        let result: Result<Void, ClientError> = handle.runBlocking { _ in
            Result { () throws(ClientError) in try body(core.value) }
        }
        try result.get()
    }
}
