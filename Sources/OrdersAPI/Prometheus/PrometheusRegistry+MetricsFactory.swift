import CoreMetrics

extension PrometheusRegistry: MetricsFactory {
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label: label, suffix: "_total", dimensions: dimensions, kind: .counter) { _ in PrometheusCounter() }
    }

    public func makeFloatingPointCounter(label: String, dimensions: [(String, String)]) -> any FloatingPointCounterHandler {
        series(label: label, suffix: "_total", dimensions: dimensions, kind: .counter) { _ in PrometheusFloatingPointCounter() }
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label: label, suffix: "", dimensions: dimensions, kind: .gauge) { _ in PrometheusGauge() }
    }

    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        guard aggregate else {
            return series(label: label, suffix: "", dimensions: dimensions, kind: .gauge) { _ in PrometheusGauge() }
        }
        return series(label: label, suffix: "", dimensions: dimensions, kind: .histogram) {
            PrometheusHistogram(bounds: $0 ?? Self.amountBounds)
        }
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label: label, suffix: "_seconds", dimensions: dimensions, kind: .histogram) {
            PrometheusHistogram(bounds: $0 ?? Self.durationBounds)
        }
    }

    public func destroyCounter(_ handler: any CounterHandler) { destroy(handler) }
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { destroy(handler) }
    public func destroyMeter(_ handler: any MeterHandler) { destroy(handler) }
    public func destroyRecorder(_ handler: any RecorderHandler) { destroy(handler) }
    public func destroyTimer(_ handler: any TimerHandler) { destroy(handler) }

    private func destroy(_ handler: AnyObject) {
        if let series = handler as? any PrometheusSeries { remove(series) }
    }
}
