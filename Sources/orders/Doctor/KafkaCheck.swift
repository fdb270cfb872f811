import Foundation
import Kafka
import Logging
import OrderEvents
import StreamProcessing

/// The steps `login`, `topics`, `rights` and the cluster's part of `clock`.
struct KafkaCheck {
    static let limit: Duration = .seconds(10)
    let settings: KafkaSettings

    func findings() async -> [DoctorFinding] {
        do {
            try await BrokerContact.require(
                settings, limit: .seconds(8), advice: "Look at the steps above.", says: false)
        } catch {
            return [
                .failed("login", settings.bootstrapServers, "\(error)", "Correct what it names, then run this again.")
            ]
        }
        var logger = Logger(label: "kafka")
        // What goes wrong is a finding.
        logger.logLevel = .critical
        let admin: KafkaAdmin
        do {
            admin = try KafkaAdmin(settings: settings, clientID: "orders-doctor", logger: logger)
        } catch {
            return [.failed("login", settings.bootstrapServers, error.message, "Correct the setting.")]
        }
        let findings = await look(admin, logger)
        // A call that took too long may hold it: nobody waits.
        Task { await admin.close() }
        return findings
    }

    private func look(_ admin: KafkaAdmin, _ logger: Logger) async -> [DoctorFinding] {
        let cluster: ClusterMetadata
        do {
            cluster = try await Bounded.run(Self.limit) { try await admin.metadata() }
        } catch {
            return [failure("login", settings.bootstrapServers, error)]
        }
        let brokers = cluster.brokers.map { "\($0.host):\($0.port)" }
        var findings = [
            DoctorFinding.ok(
                "login", settings.bootstrapServers,
                "\(settings.security); \(brokers.count) brokers: \(brokers.prefix(10).joined(separator: ", "))")
        ]
        findings += await reach(cluster)
        findings += await topics(admin, cluster, logger)
        findings += await groups(admin)
        findings.append(await clock(logger))
        return findings
    }

    /// Clients are sent on to the addresses that brokers advertise, which may be ones that only the cluster knows.
    private func reach(_ cluster: ClusterMetadata) async -> [DoctorFinding] {
        var findings: [DoctorFinding] = []
        for broker in cluster.brokers.prefix(10) {
            let check = NetworkCheck(host: broker.host, port: broker.port, tls: nil, variable: "advertised.listeners")
            let wrong = await check.findings().filter { $0.state != .ok }
            findings += wrong.map {
                .failed(
                    $0.step, $0.subject, "broker \(broker.id) gives this address to clients, and \($0.found)",
                    "Set advertised.listeners of the broker to an address that this machine reaches.")
            }
        }
        return findings
    }

    private func topics(_ admin: KafkaAdmin, _ cluster: ClusterMetadata, _ logger: Logger) async -> [DoctorFinding] {
        let homes: Int32
        do {
            homes = try await Bounded.run(Self.limit) { [settings] in
                try await PlatformLayout(kafka: settings, admin: admin, logger: logger).find()?.homes
                    ?? Topics.defaultPartitions
            }
        } catch {
            return [failure("topics", Topics.platformLayout, error)]
        }
        let specs = Topology.topicSpecs(homes: homes)
        var findings: [DoctorFinding] = []
        let missing = specs.filter { cluster[topic: $0.name] == nil }.map(\.name)
        if !missing.isEmpty {
            findings.append(
                .warning(
                    "topics", "\(missing.count) of \(specs.count)", "there is no \(missing.joined(separator: ", "))",
                    "The first service that starts makes them if it may. If it may not, make them, with \(homes) partitions."
                ))
        }
        let review = TopicReview(keepsUnread: cluster.isEmbedded, brokers: cluster.brokers.count)
        for spec in specs {
            guard let topic = cluster[topic: spec.name] else { continue }
            findings += await look(at: topic, spec, review, admin)
            // What is refused for one is refused for all.
            if findings.last?.step == "rights" { break }
        }
        if findings.isEmpty {
            findings = [.ok("topics", "\(specs.count)", "all are there, with partitions and settings that can work")]
        }
        return findings
    }

    private func look(
        at topic: ClusterMetadata.Topic, _ spec: TopicSpec, _ review: TopicReview, _ admin: KafkaAdmin
    ) async -> [DoctorFinding] {
        if let error = topic.error { return [failure("rights", topic.name, error)] }
        var findings: [DoctorFinding] = []
        if topic.partitions.count < Int(spec.partitions) {
            findings.append(
                .warning(
                    "topics", topic.name,
                    "it has \(topic.partitions.count) partitions, and there are \(spec.partitions) homes",
                    "The first service that starts adds them if it may."))
        }
        let leaderless = topic.partitions.filter { $0.leader < 0 }.map { "\($0.id)" }
        if !leaderless.isEmpty {
            findings.append(
                .failed(
                    "topics", topic.name, "no broker leads the partitions \(leaderless.joined(separator: ", "))",
                    "Start the brokers that keep them."))
        }
        do {
            let settings = try await Bounded.run(Self.limit) { try await admin.settings(ofTopic: topic.name) }
            let values = Dictionary(settings.compactMap { setting in setting.value.map { (setting.name, $0) } }) { $1 }
            let replicas = topic.partitions.map(\.replicas.count).min() ?? 1
            for finding in review.findings(
                of: TopicReview.Topic(name: topic.name, settings: values, replicas: replicas), against: spec)
            {
                let found = "\(finding.setting)=\(finding.value): \(finding.consequence)"
                findings.append(
                    finding.isFatal
                        ? .failed("topics", topic.name, found, "Set \(finding.advice).")
                        : .warning("topics", topic.name, found, "Set \(finding.advice)."))
            }
        } catch {
            findings.append(failure("rights", topic.name, error))
        }
        return findings
    }

    private func groups(_ admin: KafkaAdmin) async -> [DoctorFinding] {
        let names = Topology.services.map(\.group)
        do {
            let groups = try await Bounded.run(Self.limit) { try await admin.describe(groups: names) }
            let active = groups.filter { !$0.members.isEmpty }.count
            return [.ok("rights", "groups", "\(names.count) groups can be described, \(active) have members")]
        } catch {
            return [failure("rights", "groups", error)]
        }
    }

    /// The services write how they are every few seconds, with the time of their machine.
    private func clock(_ logger: Logger) async -> DoctorFinding {
        let settings = settings
        let newest: Int64?
        do {
            newest = try await Bounded.run(Self.limit) {
                try await DedicatedThread(name: "doctor-clock").run {
                    try NewestRecord.time(in: Topics.serviceHealth, settings, logger)
                }
            }
        } catch {
            return .skipped("clock", "services", "no time of another machine can be read (\(error))")
        }
        guard let newest else { return .skipped("clock", "services", "no service has written its time") }
        let ahead = newest - wallClockMilliseconds()
        if ahead > 2_000 {
            return .failed(
                "clock", "services", "a service's clock is \(ahead) ms ahead of this machine's",
                "Let all machines take their time from a time server.")
        }
        return .ok("clock", "services", "no service is ahead of this machine's clock")
    }

    private func failure(_ step: String, _ subject: String, _ error: any Error) -> DoctorFinding {
        guard let error = error as? KafkaError else {
            return .failed(step, subject, "\(error)", "Look at the steps above, and at the brokers.")
        }
        switch error.code {
        case .topicAuthorizationFailed, .groupAuthorizationFailed, .clusterAuthorizationFailed:
            return .failed(
                "rights", subject, "the cluster refuses it: \(error.message)",
                "Give this user the rights that docs/CONFIGURATION.md lists.")
        default:
            return .failed(step, subject, error.message, "Look at the steps above, and at the brokers.")
        }
    }
}

/// The newest time that records of a topic carry.
private enum NewestRecord {
    static func time(in topic: String, _ settings: KafkaSettings, _ logger: Logger) throws -> Int64? {
        let consumer = try KafkaConsumer(settings: settings, clientID: "orders-doctor-clock", logger: logger)
        defer { consumer.close() }
        let partition = TopicPartition(topic: topic, partition: 0)
        let marks = try consumer.watermarks(partition, timeout: .seconds(5))
        guard marks.high > marks.low else { return nil }
        try consumer.assign([(partition, .offset(max(marks.low, marks.high - 20)))])
        var newest: Int64?
        let end = ContinuousClock.now + .seconds(3)
        repeat {
            let batch = try consumer.poll(max: 100, timeout: .milliseconds(300))
            for record in batch { newest = max(newest ?? .min, record.timestamp) }
            if batch.isEmpty, newest != nil { break }
        } while ContinuousClock.now < end
        return newest
    }
}
