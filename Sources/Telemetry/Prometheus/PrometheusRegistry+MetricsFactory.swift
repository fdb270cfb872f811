import CoreMetrics

extension PrometheusRegistry: MetricsFactory {
    /// A counter; its name ends in `_total`.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label: label, suffix: "_total", dimensions: dimensions, kind: .counter) { _ in PrometheusCounter() }
    }

    /// A counter of fractions; its name ends in `_total`.
    public func makeFloatingPointCounter(label: String, dimensions: [(String, String)])
        -> any FloatingPointCounterHandler
    {
        series(label: label, suffix: "_total", dimensions: dimensions, kind: .counter) { _ in
            PrometheusFloatingPointCounter()
        }
    }

    /// A gauge.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label: label, suffix: "", dimensions: dimensions, kind: .gauge) { _ in PrometheusGauge() }
    }

    /// A histogram where it aggregates, else a gauge.
    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        guard aggregate else {
            return series(label: label, suffix: "", dimensions: dimensions, kind: .gauge) { _ in PrometheusGauge() }
        }
        return series(label: label, suffix: "", dimensions: dimensions, kind: .histogram) {
            PrometheusHistogram(bounds: $0 ?? Self.amountBounds)
        }
    }

    /// A histogram of seconds; its name ends in `_seconds`.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label: label, suffix: "_seconds", dimensions: dimensions, kind: .histogram) {
            PrometheusHistogram(bounds: $0 ?? Self.durationBounds)
        }
    }

    /// Takes the series from the page.
    public func destroyCounter(_ handler: any CounterHandler) { destroy(handler) }
    /// Takes the series from the page.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { destroy(handler) }
    /// Takes the series from the page.
    public func destroyMeter(_ handler: any MeterHandler) { destroy(handler) }
    /// Takes the series from the page.
    public func destroyRecorder(_ handler: any RecorderHandler) { destroy(handler) }
    /// Takes the series from the page.
    public func destroyTimer(_ handler: any TimerHandler) { destroy(handler) }

    private func destroy(_ handler: AnyObject) {
        if let series = handler as? any PrometheusSeries { remove(series) }
    }
}
