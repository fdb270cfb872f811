import Synchronization

/// Looks for groups that do not move, with each look of the health watch, and remembers what it found for all who ask.
actor StallGuard {
    /// Reads at a suspect's place; takes a few seconds at most.
    typealias Probe = @Sendable (StallWatch.Suspect) async -> PlaceReading

    private let probe: Probe
    private var watch = StallWatch()
    /// What was read at the places that still stand: one probe for each.
    private var readings: [StallWatch.Place: (offset: Int64, reading: PlaceReading)] = [:]
    private nonisolated let shared = Mutex<(problems: [SystemProblem], partitions: [String: Int])>(([], [:]))

    init(probe: @escaping Probe) { self.probe = probe }

    /// One for each service at most, in the order of the flow.
    nonisolated var problems: [SystemProblem] { shared.withLock { $0.problems } }
    /// By service.
    nonisolated var stalledPartitions: [String: Int] { shared.withLock { $0.partitions } }

    func look(_ cluster: ClusterView, _ services: [SystemHealth.Service], now: ContinuousClock.Instant) async {
        guard cluster.broker == .reachable else {
            // Of what cannot be seen nothing is said, and no time counts.
            watch = StallWatch()
            return tell([], services)
        }
        let busy = services.filter {
            $0.level == .retrying || $0.level == .down || $0.instances.contains { $0.state == .restoring }
        }
        let suspects = watch.look(
            at: cluster.groups, services: services.map(\.service), busy: Set(busy.map(\.service.name)), now: now)
        readings = readings.filter { place, known in
            suspects.contains { $0.place == place && $0.offset == known.offset }
        }
        var found: [(StallWatch.Suspect, SystemProblem)] = []
        // A few probes a look: a group that stands everywhere is found in the first of its partitions.
        var probes = 3
        for suspect in suspects {
            var reading = readings[suspect.place]?.reading
            if reading == nil, suspect.kind == .openTransaction { reading = .record }
            if reading == nil {
                guard probes > 0 else { continue }
                probes -= 1
                let result = await probe(suspect)
                if result == .nothing { watch.clear(suspect, now: now) }
                if result == .record || result == .unreadable { readings[suspect.place] = (suspect.offset, result) }
                reading = result
            }
            if let reading, let problem = suspect.problem(reading) { found.append((suspect, problem)) }
        }
        tell(found, services)
    }

    private nonisolated func tell(_ found: [(StallWatch.Suspect, SystemProblem)], _ services: [SystemHealth.Service]) {
        var problems: [SystemProblem] = []
        var partitions: [String: Int] = [:]
        for service in services.map(\.service.name) {
            let mine = found.filter { $0.0.place.service == service }
            partitions[service] = mine.count
            guard let worst = mine.max(by: { $0.0.lasts < $1.0.lasts })?.1 else { continue }
            let more = mine.count > 1 ? "; so it is in \(mine.count) partitions" : ""
            problems.append(
                SystemProblem(part: worst.part, level: worst.level, code: worst.code, detail: worst.detail + more))
        }
        shared.withLock { $0 = (problems, partitions) }
    }
}
