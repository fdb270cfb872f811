import Kafka
import Logging
import OrderServices
import TestSupport

@testable import BrokerSimulation
@testable import StreamProcessing

/// An instance of a service: its directory, and one run of the loop after the other, as `StreamTask` has them.
final class ServiceInstance {
    unowned let life: PlatformLife
    let kind: ServiceKind
    /// As its directory says: the transactional id follows from it.
    private(set) var identity: String
    private(set) var directory: StateDirectory
    private(set) var definition: TaskDefinition
    private var run: TaskRun?
    private var client: PlatformClient?
    private let backoff = Backoff(base: .milliseconds(250), cap: .seconds(15))
    private var failures = 0
    private var replaced: [Place: Int64] = [:]
    /// It does nothing before.
    private var resumesAt: Int64 = 0
    private(set) var isInStep = false
    private var runs = 0
    let metrics: TaskMetrics

    init(life: PlatformLife, kind: ServiceKind, identity: String, directory: StateDirectory = StateDirectory()) {
        self.life = life
        self.kind = kind
        self.identity = identity
        self.directory = directory
        var definition = kind.definition
        definition.maxBatch = min(definition.maxBatch, life.plan.maxBatch)
        self.definition = definition
        metrics = TaskMetrics(service: definition.name)
    }

    var name: String { "\(definition.name) \(identity)" }
    var isRunning: Bool { run != nil }
    /// Whether nothing is under way. One that waits for its share of the partitions does not know what waits in them.
    var isSettled: Bool {
        guard let run, let client, client.isAtRest else { return false }
        return run.batch == nil && !run.owesAbort && nextTick == nil
    }
    /// When it has something to do without a record, by the wall clock.
    var nextTick: Int64? { run.flatMap { $0.assigned.isEmpty ? nil : $0.processor.nextTick } }
    /// Whether a step would find nothing to do: no record, no position to commit, nothing that is due.
    var onlyWaits: Bool {
        guard life.elapsed >= resumesAt else { return true }
        guard let run, let client, run.batch == nil, !run.owesAbort else { return false }
        if let tick = nextTick, tick <= life.wallClock { return false }
        return client.onlyWaits(committed: run.committedPositions)
    }

    /// What `StreamTask` does between two looks at whether it is to stop.
    func step() async {
        guard !isInStep, life.elapsed >= resumesAt else { return }
        isInStep = true
        defer { isInStep = false }
        do {
            guard let run else { return try begin() }
            try await run.step()
        } catch {
            ended(by: error)
        }
        if client?.isDead == true { died() }
    }

    private func begin() throws {
        runs += 1
        let client = PlatformClient(
            life: life, name: "\(name)/\(runs)", group: definition.group,
            transactionalID: "\(definition.group)-\(identity)")
        self.client = client
        let now: @Sendable () -> Int64 = { [life = LifeReference(life)] in life.value.wallClock }
        // Small, so that what waits and what is gathered is lost and met as in a flood.
        let gathering = GatheredState.Limits(
            bytes: [1, 300, 8 << 20].randomElement(using: &life.random)!,
            age: [.milliseconds(1), .seconds(5)].randomElement(using: &life.random)!)
        let joining = JoinBuffer.Limits(
            begin: [1, 4, 1_000].randomElement(using: &life.random)!, waiting: 1 + life.random.below(30))
        let run = try TaskRun(
            definition: definition, client: client,
            database: definition.changelog.map { _ in
                try MemoryState(directory) { [unowned client] in !client.isDead }
            }, processor: kind.makeProcessor(for: client), policy: HandlingPolicy(),
            cutJournal: .serviceHealth(of: definition), replaced: replaced, metrics: metrics,
            reporter: TaskReporter(service: definition.name, instance: identity, observer: nil, now: now),
            logger: life.logger(of: client.name), clock: life.clock, stateLimits: gathering, joinLimits: joining,
            random: LifeRandom(life), now: now)
        self.run = run
        try run.start()
        life.tell("\(client.name) runs")
    }

    private func ended(by error: any Error) {
        if client?.isDead == true { return }
        if (error as? StateError)?.code == .corrupted {
            life.tell("\(name) finds its state damaged and removes it")
            directory.erase()
        }
        if run?.hasCommitted == true { failures = 0 }
        if let run { replaced = run.replaced }
        if let error = error as? TopicsReplaced { replaced.merge(error.positions) { $1 } }
        let wait = backoff.delay(attempt: failures, using: &life.random)
        failures += 1
        life.coverage[.runsEnded] += 1
        life.tell("\(name) starts over: \(error)")
        close()
        resumesAt = life.elapsed + wait.milliseconds
    }

    /// Ends the run as it should end.
    private func close() {
        if let run { run.close() } else { client?.close() }
        run = nil
        client = nil
        directory.flush()
    }

    /// Its process is gone, with all that was in memory.
    private func died() {
        run = nil
        client = nil
        failures = 0
        let lost = directory.crash(&life.random)
        if lost > 0 { life.coverage[.stateLost] += 1 }
        life.tell("\(name) is dead\(lost > 0 ? ", the newest \(lost) writes of its state are lost" : "")")
        resumesAt = life.elapsed + Int64(life.isDraining ? 0 : life.random.pick([0, 500, 5_000, 30_000]))
    }

    // MARK: what befalls it

    func kill() {
        guard !isInStep else { return }
        client?.die()
        died()
    }

    func stop() {
        guard !isInStep else { return }
        life.tell("\(name) is stopped")
        close()
    }

    /// Its directory is gone: the next run has another identity.
    func loseDirectory(newIdentity: String) {
        kill()
        life.coverage[.directoriesLost] += 1
        life.tell("\(name) loses its directory, and is \(newIdentity) from now on")
        directory = StateDirectory()
        identity = newIdentity
    }

    func damageDirectory() {
        kill()
        guard definition.changelog != nil else { return }
        life.coverage[.directoriesDamaged] += 1
        life.tell("the state of \(name) is damaged")
        directory.isDamaged = true
    }

    func hurry() { resumesAt = 0 }
}

/// Carries a run, which one thread uses, to where the compiler asks for more.
struct LifeReference: @unchecked Sendable {
    unowned let value: PlatformLife
    init(_ life: PlatformLife) { value = life }
}

/// A run's chance, for what the loop draws.
struct LifeRandom: RandomNumberGenerator {
    unowned let life: PlatformLife
    init(_ life: PlatformLife) { self.life = life }
    mutating func next() -> UInt64 { life.random.next() }
}
