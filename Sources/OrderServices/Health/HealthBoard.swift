import OrderEvents
import StreamProcessing

/// What is known of this process's tasks, and what of it is due to be reported: the pure half of
/// `ServiceHealthPublisher`.
struct HealthBoard {
    /// The reports of an instance come this often; one that is silent for three of them counts as gone.
    static let interval: Int64 = 10_000
    /// The shortest time between two records of an instance.
    static let shortest: Int64 = 1_000

    private struct Entry {
        var health: InstanceHealth
        var isChanged = true
        var sentAt: Int64 = 0
    }

    private var entries: [String: Entry] = [:]
    private var ended: Set<String> = []

    /// - Parameter now: milliseconds since 1970.
    mutating func note(_ service: String, _ instance: String, _ state: TaskState, now: Int64) {
        let moment = Timestamp(millisecondsSinceEpoch: now)
        var health = InstanceHealth(
            service: service, instance: instance, state: .init(state), since: moment, seenAt: moment)
        if case .retrying(let problem) = state {
            health.problem = InstanceHealth.Problem(
                code: problem.code, detail: problem.detail, attempt: problem.attempt,
                nextAttemptAt: Timestamp(millisecondsSinceEpoch: problem.nextAttemptAt))
        }
        let known = entries[health.key]
        if let known, known.health.state == health.state { health.since = known.health.since }
        entries[health.key] = Entry(health: health, sentAt: known?.sentAt ?? 0)
        ended.remove(health.key)
    }

    /// Each instance, as it last said.
    var instances: [InstanceHealth] { entries.values.map(\.health) }

    mutating func noteEnd(_ service: String, _ instance: String) {
        let key = "\(service)/\(instance)"
        if entries.removeValue(forKey: key) != nil { ended.insert(key) }
    }

    /// Milliseconds until something is due, ``interval`` at the longest.
    func timeToNext(now: Int64) -> Int64 {
        if !ended.isEmpty { return 0 }
        let times = entries.values.map {
            $0.sentAt + ($0.isChanged ? HealthBoard.shortest : HealthBoard.interval) - now
        }
        return max(0, min(times.min() ?? .max, HealthBoard.interval))
    }

    /// What is to be reported now; nil: the instance has ended. Counts as reported.
    mutating func takeDue(now: Int64) -> [(key: String, health: InstanceHealth?)] {
        var due: [(key: String, health: InstanceHealth?)] = ended.map { ($0, nil) }
        ended.removeAll()
        for (key, entry) in entries {
            let age = now - entry.sentAt
            guard age >= HealthBoard.interval || entry.isChanged && age >= HealthBoard.shortest else { continue }
            entries[key]!.isChanged = false
            entries[key]!.sentAt = now
            entries[key]!.health.seenAt = Timestamp(millisecondsSinceEpoch: now)
            due.append((key, entries[key]!.health))
        }
        return due
    }
}

extension InstanceHealth.State {
    init(_ state: TaskState) {
        self =
            switch state {
            case .starting: .starting
            case .restoring: .restoring
            case .running: .running
            case .retrying: .retrying
            }
    }
}
