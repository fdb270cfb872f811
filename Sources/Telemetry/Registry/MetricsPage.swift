/// The tables of `docs/METRICS.md`.
public enum MetricsPage {
    /// All metrics, one a row.
    public static var table: String {
        let head = """
            | metric | type | unit | labels | what | there from | published by |
            |---|---|---|---|---|---|---|

            """
        return head + Metric.all.map(row).joined()
    }

    /// How many values each label may have.
    public static var labels: String {
        let head = "| metric | label sets at most |\n|---|---|\n"
        let rows = Metric.all.filter { !$0.labels.isEmpty }.map { metric in
            let bounds = metric.labels.map { "\($0.name) \($0.maximumValues)" }.joined(separator: ", ")
            return "| `\(metric.name)` | \(metric.maximumSeries) (\(bounds)) |\n"
        }
        return head + rows.joined()
    }

    private static func row(_ metric: MetricDefinition) -> String {
        let cells = [
            "`\(metric.name)`", metric.kind.rawValue, metric.unit.rawValue,
            metric.labels.map(\.name).joined(separator: ", "), metric.help, metric.absentUntil ?? "the start",
            publishers(metric.publishers),
        ]
        return "| " + cells.joined(separator: " | ") + " |\n"
    }

    private static func publishers(_ set: Set<MetricPublisher>) -> String {
        if set == .everyProcess { return "every process" }
        if set == .tasks { return "each service that reads topics" }
        if set == .clients { return "each client of Kafka" }
        return MetricPublisher.allCases.filter(set.contains).map(\.rawValue).joined(separator: ", ")
    }
}
