import Logging
import Synchronization

/// A swift-metrics backend that renders what was recorded in the Prometheus text format.
///
/// Install it once, before the first metric is made: `MetricsSystem.bootstrap(registry)`.
/// A counter's name ends in `_total` and a timer's in `_seconds` (timers record nanoseconds and are written in
/// seconds, the base unit of Prometheus). Its memory is bounded: a family takes at most
/// ``Limits/seriesPerFamily`` label sets; what would be one more is recorded nowhere, logged once for the family, and
/// counted in `prometheus_series_dropped_total`.
public final class PrometheusRegistry: Sendable {
    /// How much the registry holds.
    public struct Limits: Sendable {
        /// The most label sets that one metric name may have.
        public var seriesPerFamily: Int

        /// So many label sets a metric.
        public init(seriesPerFamily: Int = 2000) {
            self.seriesPerFamily = seriesPerFamily
        }
    }

    /// Bounds, in seconds, for timers that have none of their own: half a millisecond to ten seconds.
    public static let durationBounds: [Double] = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]
    /// Bounds for recorders that have none of their own: 1 to 100,000, three a decade.
    public static let amountBounds: [Double] = [
        1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000,
    ]

    private let limits: Limits
    private let includesProcess: Bool
    private let logger: Logger?
    private let state = Mutex(State())

    struct State: Sendable {
        var families: [String: Family] = [:]
        var descriptions: [String: Description] = [:]
        var collectors: [@Sendable (inout PrometheusText) -> Void] = []
        var dropped = 0
        var warned: Set<String> = []
    }

    struct Description: Sendable {
        var help: String
        var bounds: [Double]?
    }

    struct Family: Sendable {
        let kind: PrometheusText.Kind
        var series: [String: any PrometheusSeries] = [:]
    }

    /// - Parameter includesProcess: Whether the page has the process's own figures too (``ProcessCollector``).
    public init(limits: Limits = Limits(), includesProcess: Bool = true, logger: Logger? = nil) {
        self.limits = limits
        self.includesProcess = includesProcess
        self.logger = logger
    }

    /// Says what a metric means, and optionally its histogram's upper bounds (ascending; at most 64 are kept).
    ///
    /// - Parameter label: The label that the metric is made with. Describe it before it is first made.
    public func describe(_ label: String, help: String, bounds: [Double]? = nil) {
        let kept = bounds.map { Array($0.filter(\.isFinite).sorted().prefix(64)) }
        state.withLock { $0.descriptions[PrometheusText.metricName(label)] = Description(help: help, bounds: kept) }
    }

    /// Adds samples that are read when the page is rendered.
    public func addCollector(_ collector: @escaping @Sendable (inout PrometheusText) -> Void) {
        state.withLock { $0.collectors.append(collector) }
    }

    /// Everything recorded so far, families sorted by name.
    ///
    /// Reads procfs for the process's figures, so call it where reading files is allowed.
    public func render() -> [UInt8] {
        let state = self.state.withLock { $0 }
        var text = PrometheusText()
        for (name, family) in state.families.sorted(by: { $0.key < $1.key }) where !family.series.isEmpty {
            text.family(name, kind: family.kind, help: Self.help(name, in: state.descriptions))
            for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
                series.write(to: &text, name: name, labels: labels)
            }
        }
        text.family(
            "prometheus_series_dropped_total", kind: .counter,
            help: "Series refused: too many label sets, or a name used for two kinds.")
        text.sample("prometheus_series_dropped_total", value: Double(state.dropped))
        if includesProcess { ProcessCollector().collect(into: &text) }
        for collector in state.collectors { collector(&text) }
        return text.bytes
    }

    private static func help(_ name: String, in descriptions: [String: Description]) -> String {
        for suffix in ["", "_total", "_seconds"] where name.hasSuffix(suffix) {
            if let found = descriptions[String(name.dropLast(suffix.count))] { return found.help }
        }
        return name
    }

    /// The series of that name and label set, made if it is new; a detached one if it may not be added.
    func series<S: PrometheusSeries>(
        label: String, suffix: String, dimensions: [(String, String)], kind: PrometheusText.Kind,
        make: ([Double]?) -> S
    ) -> S {
        let base = PrometheusText.metricName(label)
        let name = base.hasSuffix(suffix) ? base : base + suffix
        let labels = PrometheusText.renderLabels(dimensions)
        let (series, refused): (S, Bool) = state.withLock { state in
            var family = state.families[name] ?? Family(kind: kind)
            if let known = family.series[labels] as? S { return (known, false) }
            let bounds = (state.descriptions[base] ?? state.descriptions[name])?.bounds
            let made = make(bounds)
            guard family.kind == kind, family.series[labels] == nil, family.series.count < limits.seriesPerFamily else {
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
