import HTTPTypes
import Metrics
import Synchronization
import Telemetry

/// Counts requests and their durations by route template and status, never by path: the number of series is bounded
/// by the number of routes.
final class RequestMetrics: Sendable {
    private struct Key: Hashable {
        let method: String
        let route: String
        let status: Int
    }

    private struct Series: Sendable {
        let requests: Counter
        let duration: Metrics.Timer
    }

    private let inFlight: Meter
    private let factory: any MetricsFactory
    private let series = Mutex<[Key: Series]>([:])

    init(factory: any MetricsFactory) {
        self.factory = factory
        inFlight = Metric.httpRequestsInFlight(in: factory)
    }

    func begin() { inFlight.increment() }
    func end() { inFlight.decrement() }

    func record(method: HTTPRequest.Method, route: String, status: HTTPResponse.Status, duration: Duration) {
        let known: Set<HTTPRequest.Method> = [.get, .head, .post, .put, .patch, .delete, .options]
        let key = Key(method: known.contains(method) ? method.rawValue : "OTHER", route: route, status: status.code)
        let series = self.series.withLock { series in
            if let found = series[key] { return found }
            let made = make(key)
            series[key] = made
            return made
        }
        series.requests.increment()
        series.duration.recordNanoseconds(Int64(duration / .nanoseconds(1)))
    }

    private func make(_ key: Key) -> Series {
        Series(
            requests: Metric.httpRequests(key.method, key.route, String(key.status), in: factory),
            duration: Metric.httpRequestDuration(key.method, key.route, in: factory))
    }
}
