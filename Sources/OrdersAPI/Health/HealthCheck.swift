import OrderEvents

/// How everything is, for all who ask: `/api/system`, `/readyz` and the watch.
struct HealthCheck: Sendable {
    struct Result: Sendable {
        let cluster: ClusterView
        let store: StoreStatus
        let health: SystemHealth
        /// Since when each of the problems lasts, in their order.
        let since: [Timestamp]
    }

    /// Answers many callers with one look by itself.
    let cluster: any ClusterInspector
    let store: TimedCache<StoreStatus>
    let instances: any ServiceHealthSource
    let services: [MonitoredService]
    let lagThreshold: Int64
    let reconciler: any ReconcilerStatusSource
    var clients: any ClientProblemSource = NoClientProblems()
    /// Finds groups that do not move.
    var stalls: StallGuard?
    /// Whether services may still be on their way into their groups: a start is no failure.
    var isStarting: @Sendable () -> Bool = { false }
    let log = ProblemLog()
    let now: @Sendable () -> Timestamp

    /// Takes a few seconds at most, also where nothing answers.
    func run() async -> Result {
        async let view = cluster.look()
        async let status = store.value()
        let (cluster, store, words, cuts) = (
            await view, await status, await instances.instances(), await instances.cuts()
        )
        let health = SystemHealth(
            cluster: cluster, store: store, services: services, instances: words, lagThreshold: lagThreshold,
            reconciler: reconciler.status(), clients: clients.problems(),
            stalls: stalls?.problems ?? [], cuts: services.compactMap { LogCut.problem(of: $0.name, cuts, now: now()) },
            isStarting: isStarting())
        return Result(cluster: cluster, store: store, health: health, since: since(of: health))
    }

    /// A retrying service knows itself since when; of the others, since this process first saw it.
    private func since(of health: SystemHealth) -> [Timestamp] {
        let seen = log.note(health.problems, now: now())
        return zip(health.problems, seen).map { problem, seen in
            health.services.first { $0.service.name == problem.part && $0.waiting?.problem?.code == problem.code }?
                .waiting?.since ?? seen
        }
    }
}

extension JSONWriter {
    mutating func problems(_ result: HealthCheck.Result) {
        array("problems", zip(result.health.problems, result.since)) { json, entry in
            json.object {
                $0.member("part", entry.0.part)
                $0.member("level", entry.0.level.rawValue)
                $0.member("code", entry.0.code)
                $0.member("detail", entry.0.detail)
                $0.member("since", entry.1)
            }
        }
    }

    mutating func instances(_ instances: [InstanceHealth]) {
        array("instances", instances) { json, instance in
            json.object { json in
                json.member("instance", instance.instance)
                json.member("state", instance.state.rawValue)
                json.member("since", instance.since)
                json.member("seen_at", instance.seenAt)
                guard let problem = instance.problem else { return }
                json.object("problem") {
                    $0.member("code", problem.code)
                    $0.member("detail", problem.detail)
                    $0.member("attempt", problem.attempt)
                    $0.member("next_attempt_at", problem.nextAttemptAt)
                }
            }
        }
    }
}
