/// One metric of the platform, as Prometheus, the pages and the boards know it.
public struct MetricDefinition: Sendable {
    /// What kind of figure it is.
    public enum Kind: String, Sendable {
        /// Grows from 0 at the start of the process.
        case counter
        /// Goes up and down.
        case gauge
        /// Counts of observations by size.
        case histogram
    }

    /// What it is measured in. A name ends with its unit, before `_total`.
    public enum Unit: String, Sendable, CaseIterable {
        /// A number of what the name says.
        case none = ""
        case seconds, milliseconds, bytes, ratio
    }

    /// Counters end in `_total`.
    public let name: String
    public let kind: Kind
    public let unit: Unit
    /// One sentence, for people.
    public let help: String
    /// In the order in which their values are given.
    public let labels: [MetricLabel]
    /// The commands whose processes have it. `orders up` has all of them.
    public let publishers: Set<MetricPublisher>
    /// What has to happen before its first series is there; nil: it is there from the start.
    public let absentUntil: String?
    /// A histogram's upper bounds, ascending.
    public let bounds: [Double]

    /// The most label sets that it may have: the product of its labels' values, and 2,000 at most.
    public var maximumSeries: Int { labels.reduce(1) { min($0 * $1.maximumValues, 2_000) } }

    init(
        _ kind: Kind, _ name: String, _ unit: Unit, _ help: String, _ labels: [MetricLabel],
        by publishers: Set<MetricPublisher>, absentUntil: String? = nil, bounds: [Double] = []
    ) {
        self.kind = kind
        self.name = name
        self.unit = unit
        self.help = help
        self.labels = labels
        self.publishers = publishers
        self.absentUntil = absentUntil
        self.bounds = bounds
    }

    /// The labels with these values.
    func dimensions(_ values: [String]) -> [(String, String)] {
        precondition(values.count == labels.count, "\(name) has the labels \(labels.map(\.name)), not \(values)")
        return zip(labels, values).map { ($0.name, $1) }
    }
}

/// A label, and how many values it can have.
public struct MetricLabel: Sendable {
    public let name: String
    /// More are refused, which `prometheus_series_dropped_total` counts.
    public let maximumValues: Int

    init(_ name: String, _ maximumValues: Int) {
        self.name = name
        self.maximumValues = maximumValues
    }

    /// A service of the flow.
    static let service = MetricLabel("service", 8)
}

/// A command of `orders` whose process has metrics.
public enum MetricPublisher: String, Sendable, CaseIterable {
    case broker, producer, fraud, payments, analytics, sink, alerting, webhooks, api
}

extension Set<MetricPublisher> {
    /// The services that read topics.
    static let tasks: Self = [.fraud, .payments, .analytics, .sink, .alerting, .webhooks]
    static let everyProcess = Set(MetricPublisher.allCases)
    /// Those that have clients of Kafka.
    static let clients = everyProcess.subtracting([.broker])
}
