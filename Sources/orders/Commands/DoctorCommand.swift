import ArgumentParser
import Kafka

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check every setting and what it leads to: exit 0 if nothing fails, 1 if something does.",
        discussion: """
            Takes the settings of the services: environment, --config and flags. Each step has a bound, nothing is changed on the cluster, \
            and no secret is printed.
            """)

    @Flag(help: "JSON for machines.") var json = false
    @OptionGroup var kafka: KafkaOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var log: LogOptions

    struct Report: Codable {
        var ok: Bool
        var findings: [DoctorFinding]
    }

    func run() async throws {
        // A wrong log level is a finding like others.
        let isJSON = json
        let doctor = Doctor(environment: processEnvironment, data: data) { finding in
            if !isJSON { Standard.output(finding.lines) }
        }
        let findings = await doctor.run(settings)
        let failures = findings.filter { $0.state == .failed }.count
        if json {
            try Table.printJSON(Report(ok: failures == 0, findings: findings))
        } else {
            let warnings = findings.filter { $0.state == .warning }.count
            Standard.output("\(failures) failed, \(warnings) warnings\n")
        }
        if failures > 0 { throw ExitCode(1) }
    }

    /// Nil: no Kafka is named, and none runs on the data directory.
    private func settings() throws -> KafkaSettings? {
        var environment = processEnvironment
        if kafka.kafka == nil, environment["KAFKA_BOOTSTRAP_SERVERS", default: ""].isEmpty || data.isNamed {
            let running = Endpoints.read(from: data.dataDir)
            guard running != nil || !environment["KAFKA_BOOTSTRAP_SERVERS", default: ""].isEmpty else {
                // Wrong settings are reported all the same.
                _ = try KafkaSettings.fromEnvironment(environment)
                return nil
            }
            if let running { environment["KAFKA_BOOTSTRAP_SERVERS"] = try running.kafka(for: environment) }
        }
        return try kafka.settings(environment: environment)
    }
}
