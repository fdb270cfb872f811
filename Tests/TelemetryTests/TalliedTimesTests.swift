import CoreMetrics
import Testing

@testable import Telemetry

struct TalliedTimesTests {
    private let registry = PrometheusRegistry(includesProcess: false)

    private var page: [Substring] { String(decoding: registry.render(), as: UTF8.self).split(separator: "\n") }

    @Test("a batch is counted as if each observation had come alone")
    func batch() {
        let alone = PrometheusRegistry(includesProcess: false)
        let timer = Metric.stageLatency("sink", in: alone)
        let tallied = Metric.stageLatency.tallied("sink", in: registry)
        var tally = tallied.makeTally()
        for milliseconds in [0, 4, 5, 6, 1_999, 2_000, 2_001, 299_999, 300_000, 300_001, 9_000_000] {
            tally.observe(milliseconds: Int64(milliseconds))
            timer.recordMilliseconds(milliseconds)
        }
        tallied.add(tally)
        #expect(page == String(decoding: alone.render(), as: UTF8.self).split(separator: "\n"))
        #expect(page.contains("orders_stage_latency_seconds_bucket{service=\"sink\",le=\"2\"} 6"))
    }

    @Test("clocks that differ make no negative times")
    func skew() {
        let tallied = Metric.acceptedToStored.tallied(in: registry)
        var tally = tallied.makeTally()
        tally.observe(milliseconds: -5)
        tallied.add(tally)
        #expect(page.contains("orders_accepted_to_stored_seconds_sum 0"))
        #expect(page.contains("orders_accepted_to_stored_seconds_bucket{le=\"0.005\"} 1"))
    }

    @Test("a process without an exporter loses nothing but the figures")
    func nowhere() {
        let tallied = Metric.acceptedToStored.tallied(in: NOOPMetricsHandler.instance)
        var tally = tallied.makeTally()
        tally.observe(milliseconds: 5)
        tallied.add(tally)
        #expect(tally.counts.reduce(0, +) == 1)
    }
}
