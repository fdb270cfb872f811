import KafkaProtocol
import TestSupport

@testable import KafkaClient

/// Members of one group, at the embedded broker's coordinator, in virtual time.
final class SimulatedGroup {
    /// What an application would have.
    final class Application {
        var member: GroupMember!
        var held: Set<TopicPartition> = []
        var generations: [Int32] = []
        var events: [GroupEvent] = []
        var failure: ClientError?
        /// How long it takes to give partitions up.
        var releaseMilliseconds: Int64 = 5
        var polls = true
        var isGone = false
    }

    let cluster: ScriptedCluster
    let coordinator: BrokersCoordinator
    var applications: [Application] = []
    private var lastClient = 0
    /// Two that had the same partition, with the time.
    private(set) var conflicts: [String] = []

    init(seed: UInt64, topics: [String: Int32] = ["orders": 6]) {
        cluster = ScriptedCluster(seed: seed)
        coordinator = BrokersCoordinator(seed: seed)
        cluster.setTopics(topics)
        serve()
        cluster.onConnectionLost = { [unowned self] in coordinator.disconnect($0, now: cluster.now.monotonic) }
        tick()
    }

    private func serve() {
        func caller(_ call: ScriptedCluster.Call) -> BrokersCoordinator.Caller {
            .init(
                connection: call.connection, clientID: call.clientID, version: call.version,
                now: cluster.now.monotonic)
        }
        cluster.serve(JoinGroupRequest.self) { [unowned self] in coordinator.join($0, caller($1), $2) }
        cluster.serve(SyncGroupRequest.self) { [unowned self] in coordinator.sync($0, caller($1), $2) }
        cluster.serve(HeartbeatRequest.self) { [unowned self] in coordinator.heartbeat($0, caller($1), $2) }
        cluster.serve(LeaveGroupRequest.self) { [unowned self] in coordinator.leave($0, caller($1), $2) }
    }

    private func tick() {
        cluster.schedule(at: cluster.now.monotonic + 50) { [unowned self] in
            coordinator.tick(now: cluster.now.monotonic)
            tick()
        }
    }

    @discardableResult
    func start(
        _ strategies: [AssignmentStrategy] = [.range], topics: Set<String> = ["orders"], instanceID: String? = nil,
        change: (inout GroupSettings) -> Void = { _ in }
    ) -> Application {
        lastClient += 1
        let application = Application()
        var settings = GroupSettings(groupID: "group", clientID: "client-\(lastClient)")
        settings.instanceID = instanceID
        settings.assignors = strategies.map(\.assignor)
        settings.sessionTimeoutMilliseconds = 10_000
        settings.heartbeatIntervalMilliseconds = 1_000
        settings.pollIntervalMilliseconds = 30_000
        change(&settings)
        application.member = GroupMember(settings, cluster, client: lastClient) { [unowned self, weak application] in
            if let application { handle($0, application) }
        }
        applications.append(application)
        application.member.subscribe(topics)
        poll(application)
        return application
    }

    private func poll(_ application: Application) {
        cluster.schedule(at: cluster.now.monotonic + 100) { [weak self, weak application] in
            guard let self, let application, !application.isGone else { return }
            if application.polls { application.member.polled() }
            poll(application)
        }
    }

    private func handle(_ event: GroupEvent, _ application: Application) {
        application.events.append(event)
        switch event {
        case .revoked(let partitions, let ticket):
            cluster.schedule(at: cluster.now.monotonic + application.releaseMilliseconds) { [weak application] in
                guard let application, !application.isGone else { return }
                application.held.subtract(partitions)
                application.member.released(ticket)
            }
        case .lost(let partitions): application.held.subtract(partitions)
        case .assigned(let new, let all):
            application.held.formUnion(new)
            application.generations.append(application.member.metadata.generation)
            if !application.held.isSuperset(of: all) { conflicts.append("its share is not all that it was assigned") }
            checkOwners()
        case .failed(let error): application.failure = error
        }
    }

    /// Only those whose member the coordinator still knows count: of the others it has said that they are gone.
    private func checkOwners() {
        let known = Set(coordinator.memberIDs(of: "group"))
        var owners: [TopicPartition: Int] = [:]
        for (index, application) in applications.enumerated() where known.contains(application.member.memberID) {
            for partition in application.held {
                if let other = owners.updateValue(index, forKey: partition) {
                    conflicts.append("\(cluster.now.monotonic): \(partition) is read by \(other) and \(index)")
                }
            }
        }
    }

    /// Stops an application without a word.
    func crash(_ application: Application) {
        application.isGone = true
        application.member.stop()
        applications.removeAll { $0 === application }
    }

    func close(_ application: Application, then done: @escaping () -> Void = {}) {
        application.member.leave { [unowned self] in
            application.isGone = true
            applications.removeAll { $0 === application }
            done()
        }
    }

    /// All partitions, by how many have them.
    var holders: [TopicPartition: Int] {
        applications.reduce(into: [:]) { counts, application in
            for partition in application.held { counts[partition, default: 0] += 1 }
        }
    }

    func isSettled(_ count: Int) -> Bool {
        applications.allSatisfy { $0.member.phase == .stable } && holders.count == count
            && holders.values.allSatisfy { $0 == 1 }
    }
}
