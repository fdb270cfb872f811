import Logging
import Synchronization

/// A swift-metrics backend that renders what was recorded in the Prometheus text format.
///
/// Install it once, before the first metric is made: `MetricsSystem.bootstrap(registry)`.
/// A counter's name ends in `_total` and a timer's in `_seconds` (timers record nanoseconds and are written in
/// seconds, the base unit of Prometheus). Its memory is bounded: a family takes at most as many label sets as its
/// definition allows, and ``Limits/seriesPerFamily`` without one. What would be one more is recorded nowhere, logged
/// once for the family, and counted in `prometheus_series_dropped_total`.
public final class PrometheusRegistry: Sendable {
    /// How much the registry holds.
    public struct Limits: Sendable {
        /// The most label sets that a metric of no definition may have.
        public var seriesPerFamily: Int

        /// So many label sets a metric.
        public init(seriesPerFamily: Int = 2000) {
            self.seriesPerFamily = seriesPerFamily
        }
    }

    /// Bounds, in seconds, for timers of no definition: half a millisecond to ten seconds.
    public static let durationBounds = Metric.callBounds
    /// Bounds for recorders of no definition: 1 to 100,000, three a decade.
    public static let amountBounds: [Double] = [
        1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000,
    ]

    private let definitions: [String: MetricDefinition]
    private let limits: Limits
    private let includesProcess: Bool
    private let logger: Logger?
    private let state = Mutex(State())

    struct State: Sendable {
        var families: [String: Family] = [:]
        var dropped = 0
        var warned: Set<String> = []
    }

    struct Family: Sendable {
        let kind: MetricDefinition.Kind
        var series: [String: any PrometheusSeries] = [:]
    }

    /// - Parameters:
    ///   - definitions: What the metrics mean, and their bounds; others can be recorded too, but say nothing of
    ///     themselves.
    ///   - includesProcess: Whether the page has the process's own figures too (``ProcessCollector``).
    public init(
        definitions: [MetricDefinition] = Metric.all, limits: Limits = Limits(), includesProcess: Bool = true,
        logger: Logger? = nil
    ) {
        self.definitions = Dictionary(uniqueKeysWithValues: definitions.map { ($0.name, $0) })
        self.limits = limits
        self.includesProcess = includesProcess
        self.logger = logger
    }

    /// Everything recorded so far, families sorted by name.
    ///
    /// Reads procfs for the process's figures, so call it where reading files is allowed.
    public func render() -> [UInt8] {
        let state = self.state.withLock { $0 }
        var text = PrometheusText()
        for (name, family) in state.families.sorted(by: { $0.key < $1.key }) where !family.series.isEmpty {
            let known = definitions[name]
            text.family(name, kind: family.kind, help: known?.help ?? name, unit: known?.unit ?? .none)
            for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
                series.write(to: &text, name: name, labels: labels)
            }
        }
        text.family(Metric.seriesDropped)
        text.sample(Metric.seriesDropped.name, value: Double(state.dropped))
        if includesProcess { ProcessCollector().collect(into: &text) }
        return text.bytes
    }

    /// The series of that name and label set, made if it is new; a detached one if it may not be added.
    func series<S: PrometheusSeries>(
        label: String, suffix: String, dimensions: [(String, String)], kind: MetricDefinition.Kind,
        make: ([Double]?) -> S
    ) -> S {
        let base = PrometheusText.metricName(label)
        let name = base.hasSuffix(suffix) ? base : base + suffix
        let labels = PrometheusText.renderLabels(dimensions)
        let definition = definitions[name]
        let maximum = definition?.maximumSeries ?? limits.seriesPerFamily
        let (series, refused): (S, Bool) = state.withLock { state in
            var family = state.families[name] ?? Family(kind: kind)
            if let known = family.series[labels] as? S { return (known, false) }
            let made = make(definition.flatMap { $0.bounds.isEmpty ? nil : $0.bounds })
            guard family.kind == kind, family.series[labels] == nil, family.series.count < maximum else {
                state.dropped += 1
                return (made, state.warned.insert(name).inserted)
            }
            family.series[labels] = made
            state.families[name] = family
            return (made, false)
        }
        if refused {
            logger?.warning(
                "A metric's series is not recorded: its name has too many label sets or is already of another kind",
                metadata: ["metric": "\(name)", "kind": "\(kind.rawValue)"])
        }
        return series
    }

    func remove(_ series: any PrometheusSeries) {
        state.withLock { state in
            for (name, family) in state.families {
                guard let labels = family.series.first(where: { $0.value === series })?.key else { continue }
                state.families[name]?.series[labels] = nil
            }
        }
    }
}
