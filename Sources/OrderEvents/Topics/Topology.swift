/// Which service reads and writes what. Everything that needs to know derives it from here.
///
/// A new service is a line here, a processor, and a line in the composition root.
public enum Topology {
    public static let fraud = PlatformService(
        "fraud", reads: [Topics.orders.name], writes: [Topics.fraudAlerts.name], changelog: Topics.fraudAlerts.name)
    public static let payments = PlatformService(
        // It sends order events that are in a wrong partition to their home.
        "payments", reads: [Topics.orders.name], writes: [Topics.payments.name, Topics.orders.name],
        changelog: Topics.payments.name)
    public static let analytics = PlatformService(
        "analytics", reads: [Topics.orders.name, Topics.payments.name, Topics.fraudAlerts.name],
        writes: [Topics.orderAnalytics.name],
        changelog: Topics.orderAnalytics.name)
    public static let sink = PlatformService("sink", reads: [Topics.orderAnalytics.name])
    public static let alerting = PlatformService("alerting", reads: [Topics.fraudAlerts.name])

    /// Runs only where endpoints are set up.
    public static let webhooks = PlatformService(
        "webhooks", reads: [Topics.orderAnalytics.name, Topics.webhookRequestsName],
        writes: [Topics.webhookDeliveriesName], changelog: Topics.webhookDeliveriesName)

    /// All that belong to every platform.
    public static let services = [fraud, payments, analytics, sink, alerting]
    /// Those beside them that run where they are asked for.
    public static let optional = [webhooks]

    /// The topics that the services read and write, in the order of ``Topics/specs(partitions:)``.
    public static let topics = Topics.specs().map(\.name)

    /// The groups that read each topic.
    public static var readers: [String: Set<String>] {
        services.reduce(into: [:]) { readers, service in
            for topic in service.inputs { readers[topic, default: []].insert(service.group) }
        }
    }

    /// What an order has to pass before a service is through with it: this service, and all whose output leads to it.
    public static func path(to last: PlatformService) -> [PlatformService] {
        var needed = Set(last.inputs)
        var path: Set<String> = [last.name]
        while let next = services.first(where: { !path.contains($0.name) && !needed.isDisjoint(with: $0.outputs) }) {
            path.insert(next.name)
            needed.formUnion(next.inputs)
        }
        return services.filter { path.contains($0.name) }
    }

    /// What to create every topic of the platform with.
    ///
    /// Dead-letter topics are made beforehand: a cluster may not make topics by itself, or with another retention than
    /// dead letters deserve.
    public static func topicSpecs(homes: Int32) -> [TopicSpec] {
        Topics.specs(partitions: homes)
            + [Topics.webhookDeliveriesSpec(partitions: homes), Topics.webhookRequestsSpec(partitions: homes)]
            + (services + optional).flatMap { service in
                service.inputs.map { Topics.deadLetterSpec(topic: $0, group: service.group, partitions: homes) }
            }
            + Topics.auxiliarySpecs
    }
}

/// A service of the platform, as the topics see it.
public struct PlatformService: Hashable, Sendable {
    /// Its name in the command line: `payments`.
    public let name: String
    /// Its consumer group: a name that operators, dashboards and ACLs rely on.
    public let group: String
    /// The topics that it reads. They are joined by partition where there are several.
    public let inputs: [String]
    /// The topics that it writes, beside its dead letters.
    public let outputs: [String]
    /// The output from which its keyed state is restored.
    public let changelog: String?

    fileprivate init(_ name: String, reads inputs: [String], writes outputs: [String] = [], changelog: String? = nil) {
        self.name = name
        group = "\(name)-group"
        self.inputs = inputs
        self.outputs = outputs
        self.changelog = changelog
    }

    /// Where it puts what it cannot read, for each of its inputs.
    public var deadLetterTopics: [String] { inputs.map { Topics.deadLetter(topic: $0, group: group) } }
}
