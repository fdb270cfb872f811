/// Every metric that the platform has: what is not here cannot be recorded.
///
/// `/metrics` takes HELP, TYPE and UNIT from here. docs/METRICS.md is made from it, and the expressions of boards and
/// alerts are tested against it. Whoever records a metric asks for its series: `Metric.recordsEmitted("sink")`.
public enum Metric {
    /// All, in the order of the page.
    public static let all: [MetricDefinition] = api + flow + store + broker + health + reconciler + process

    /// Half a millisecond to ten seconds: how long one call takes.
    static let callBounds: [Double] = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]
    /// Five milliseconds to five minutes: how long a record is on its way. 2 s is the objective's own bound.
    static let journeyBounds: [Double] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300]
}
