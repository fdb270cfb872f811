import ArgumentParser

@main
struct OrdersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "orders",
        abstract: "The real-time orders platform: takes orders, judges, charges and counts them, and shows them live.",
        discussion: """
            `orders up` runs everything on this machine: an embedded Kafka broker, the services, the store, the API and the dashboard.
            The other services run alone, against KAFKA_BOOTSTRAP_SERVERS.
            Every command takes --config FILE: settings in YAML, which flags and environment variables beat.
            """,
        version: platformVersion,
        groupedSubcommands: [
            CommandGroup(name: "Everything", subcommands: [Up.self]),
            CommandGroup(
                name: "One service each",
                subcommands: [
                    BrokerCommand.self, ProducerCommand.self, FraudCommand.self, PaymentsCommand.self,
                    AnalyticsCommand.self,
                    SinkCommand.self, AlertingCommand.self, WebhooksCommand.self, APICommand.self,
                ]),
            CommandGroup(
                name: "Tools",
                subcommands: [
                    TopicsCommand.self, LagCommand.self, ImportCommand.self, VerifyCommand.self, DeadLetterCommand.self,
                    StoreCommand.self, BackupCommand.self, RestoreCommand.self, KeysCommand.self, UsersCommand.self,
                    DoctorCommand.self, HealthCommand.self, BenchCommand.self,
                ]),
        ])
}

/// Shown by `--version` and `/api/system`.
let platformVersion = "0.1.0"
