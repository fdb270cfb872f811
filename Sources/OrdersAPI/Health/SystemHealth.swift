import OrderEvents

/// How the whole platform is, made from looks at its parts.
struct SystemHealth: Equatable, Sendable {
    enum Level: String, Sendable {
        /// `starting`: nothing is wrong, but not every service is in its group yet.
        case ok, starting, degraded, down
    }

    enum ServiceLevel: String, Sendable {
        case ok, lagging, retrying, starting, down
    }

    struct Service: Equatable, Sendable {
        let service: MonitoredService
        let level: ServiceLevel
        let members: Int
        let partitions: [ClusterView.PartitionLag]
        let instances: [InstanceHealth]

        var lag: Int64 { partitions.reduce(0) { $0 + $1.lag } }
        /// The worst that one of its instances waits for.
        var waiting: InstanceHealth? {
            instances.filter { $0.problem != nil }.max { ($0.problem?.attempt ?? 0) < ($1.problem?.attempt ?? 0) }
        }
    }

    let level: Level
    let services: [Service]
    /// The broker's and the store's first, then the services' in the order of the flow, the API's clients', then the
    /// reconciler's.
    let problems: [SystemProblem]

    init(
        cluster: ClusterView, store: StoreStatus, services: [MonitoredService], instances: [InstanceHealth] = [],
        lagThreshold: Int64,
        reconciler: ReconcilerStatus = ReconcilerStatus(.off), clients: [SystemProblem] = [],
        stalls: [SystemProblem] = [], cuts: [SystemProblem] = [], isStarting: Bool = false
    ) {
        self.services = services.compactMap { service in
            let group = cluster.groups.first { $0.name == service.group }
            let mine = instances.filter { $0.service == service.name }
            // One that runs where it is asked for is shown where it runs.
            if service.isOptional, mine.isEmpty, (group?.members ?? 0) == 0 { return nil }
            let level: ServiceLevel =
                if mine.contains(where: { $0.state == .retrying }) {
                    .retrying
                } else if (group?.members ?? 0) == 0 {
                    isStarting || mine.contains { $0.state == .starting || $0.state == .restoring } ? .starting : .down
                } else if (group?.lag ?? 0) > lagThreshold {
                    .lagging
                } else {
                    .ok
                }
            return Service(
                service: service, level: level, members: group?.members ?? 0, partitions: group?.partitions ?? [],
                instances: mine)
        }
        var problems: [SystemProblem] = []
        if case .unreachable(let detail) = cluster.broker {
            problems.append(
                SystemProblem(
                    part: "broker", level: .down, code: "unreachable",
                    detail: "no broker answers at \(cluster.bootstrap): \(detail)"))
        }
        if case .down(let detail) = store {
            problems.append(SystemProblem(part: "store", level: .down, code: "unreachable", detail: detail))
        }
        if let problem = cluster.partitionProblem { problems.append(problem) }
        for service in self.services {
            if let problem = SystemHealth.problem(of: service, isBrokerUp: cluster.broker == .reachable) {
                problems.append(problem)
            }
        }
        problems += stalls + cuts
        problems += SystemHealth.missingTopics(self.services.map(\.service), in: cluster)
        // A client cannot do without the broker, which is said already.
        if cluster.broker == .reachable { problems += clients }
        // While broker or store are away it is behind for that reason, which is said already.
        if let problem = reconciler.problem, problems.isEmpty || reconciler.level == .findings {
            problems.append(problem)
        }
        self.problems = problems
        level =
            if cluster.broker != .reachable || !store.isOK {
                .down
            } else {
                SystemHealth.level(problems, self.services)
            }
    }

    private static func level(_ problems: [SystemProblem], _ services: [Service]) -> Level {
        guard problems.isEmpty else { return .degraded }
        if services.allSatisfy({ $0.level == .ok }) { return .ok }
        return services.allSatisfy { $0.level == .ok || $0.level == .starting } ? .starting : .degraded
    }

    /// A topic that was deleted takes its partitions from the groups that read it, and nothing else reports it.
    private static func missingTopics(_ services: [MonitoredService], in cluster: ClusterView) -> [SystemProblem] {
        // Where no topic is known there was no look.
        guard cluster.broker == .reachable, !cluster.topics.isEmpty else { return [] }
        let known = Set(cluster.topics.map(\.name))
        return services.compactMap { service in
            let missing = service.topics.filter { !known.contains($0) }
            if missing.isEmpty { return nil }
            return SystemProblem(
                part: service.name, level: .down, code: "topic_missing",
                detail:
                    "\(service.name) reads \(missing.joined(separator: ", ")), and there is no such topic: make it again"
            )
        }
    }

    /// Without a broker nothing is known of groups: that the broker is away says it all.
    private static func problem(of service: Service, isBrokerUp: Bool) -> SystemProblem? {
        let (name, group) = (service.service.name, service.service.group)
        switch service.level {
        case .retrying:
            guard let problem = service.waiting?.problem else { return nil }
            return SystemProblem(part: name, level: .degraded, code: problem.code, detail: problem.detail)
        case .down where isBrokerUp:
            return SystemProblem(
                part: name, level: .down, code: "no_members", detail: "no instance of \(name) is in \(group)")
        case .lagging:
            return SystemProblem(
                part: name, level: .degraded, code: "lagging", detail: "\(name) is \(service.lag) offsets behind")
        case .ok, .starting, .down: return nil
        }
    }
}
