import CoreMetrics
import Metrics
import Testing

@testable import Telemetry

@Suite struct PrometheusTests {
    private let registry = PrometheusRegistry(
        definitions: [
            MetricDefinition(
                .counter, "orders_accepted_total", .none, "Orders that\nthe \\ log took", [], by: [.api]),
            MetricDefinition(
                .histogram, "request_seconds", .seconds, "Requests", [], by: [.api], bounds: [0.01, 0.1, 1]),
            MetricDefinition(.gauge, "bound", .none, "Two at most", [MetricLabel("n", 2)], by: [.api]),
        ], limits: .init(seriesPerFamily: 3))

    private var page: [String] {
        String(decoding: registry.render(), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test func aCounterHasItsHelpItsTypeAndATotal() {
        let counter = Counter(label: "orders.accepted", factory: registry)
        counter.increment(by: 3)
        counter.increment()
        #expect(page.contains("# HELP orders_accepted_total Orders that\\nthe \\\\ log took"))
        #expect(page.contains("# TYPE orders_accepted_total counter"))
        #expect(page.contains("orders_accepted_total 4"))
    }

    @Test func labelsAreSortedAndEscaped() {
        Counter(label: "c", dimensions: [("z", "a\"b\\c\nd"), ("path", "/x")], factory: registry).increment()
        #expect(page.contains("c_total{path=\"/x\",z=\"a\\\"b\\\\c\\nd\"} 1"))
    }

    @Test func namesThatPrometheusDoesNotKnowAreMadeValid() {
        Counter(label: "9 counts-ü", dimensions: [("le", "1"), ("__x", "2"), ("a.b", "3")], factory: registry)
            .increment()
        #expect(page.contains { $0.hasPrefix("_9_counts____total{a_b=\"3\",exported___x=\"2\",exported_le=\"1\"} 1") })
    }

    @Test func theSameLabelsAreTheSameSeriesWhoeverMakesThem() {
        Counter(label: "c", dimensions: [("a", "1"), ("b", "2")], factory: registry).increment()
        Counter(label: "c", dimensions: [("b", "2"), ("a", "1")], factory: registry).increment()
        #expect(page.contains("c_total{a=\"1\",b=\"2\"} 2"))
    }

    @Test func aMeterGoesUpAndDown() {
        let meter = Meter(label: "clients", factory: registry)
        meter.set(5)
        meter.increment(by: 2.5)
        meter.decrement()
        #expect(page.contains("# TYPE clients gauge"))
        #expect(page.contains("clients 6.5"))
    }

    @Test func aTimerIsAHistogramInSeconds() {
        let timer = Metrics.Timer(label: "request", factory: registry)
        for milliseconds in [5, 10, 50, 2000] { timer.recordMilliseconds(milliseconds) }
        #expect(page.contains("# TYPE request_seconds histogram"))
        #expect(page.contains("# UNIT request_seconds seconds"))
        #expect(page.contains("request_seconds_bucket{le=\"0.01\"} 2"))
        #expect(page.contains("request_seconds_bucket{le=\"0.1\"} 3"))
        #expect(page.contains("request_seconds_bucket{le=\"1\"} 3"))
        #expect(page.contains("request_seconds_bucket{le=\"+Inf\"} 4"))
        #expect(page.contains("request_seconds_sum 2.065"))
        #expect(page.contains("request_seconds_count 4"))
    }

    @Test func aRecorderThatDoesNotAggregateIsAGauge() {
        Gauge(label: "g", factory: registry).record(7)
        Recorder(label: "h", factory: registry).record(7)
        #expect(page.contains("g 7"))
        #expect(page.contains("h_bucket{le=\"10\"} 1"))
    }

    @Test func aNameWithTooManyLabelSetsStopsGrowingAndSaysSo() {
        for number in 0..<10 {
            Counter(label: "c", dimensions: [("n", "\(number)")], factory: registry).increment()
        }
        #expect(page.filter { $0.hasPrefix("c_total{") }.count == 3)
        #expect(page.contains("prometheus_series_dropped_total 7"))
    }

    @Test func aMetricOfTheRegistryTakesAsManyLabelSetsAsItsLabelsAllow() {
        for number in 0..<3 { Meter(label: "bound", dimensions: [("n", "\(number)")], factory: registry).set(1) }
        #expect(page.filter { $0.hasPrefix("bound{") }.count == 2)
        #expect(page.contains("prometheus_series_dropped_total 1"))
    }

    @Test func aNameThatIsUsedForTwoKindsKeepsTheFirst() {
        Meter(label: "x", factory: registry).set(1)
        Recorder(label: "x", factory: registry).record(2)
        #expect(page.contains("# TYPE x gauge"))
        #expect(!page.contains { $0.hasPrefix("x_bucket") })
        #expect(page.contains("prometheus_series_dropped_total 1"))
    }

    @Test func aDestroyedMetricIsNotShown() {
        let counter = Counter(label: "gone", factory: registry)
        counter.increment()
        counter.destroy()
        #expect(!page.contains { $0.contains("gone") })
    }

    @Test func countsFromManyThreadsAreAllThere() async {
        let counter = Counter(label: "c", factory: registry)
        let sum = FloatingPointCounter(label: "f", factory: registry)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { for _ in 0..<1000 { counter.increment(); sum.increment(by: 0.5) } }
            }
        }
        #expect(page.contains("c_total 8000"))
        #expect(page.contains("f_total 4000"))
    }

    @Test(
        arguments: [
            (0.1, "0.1"), (3, "3"), (1e15, "1000000000000000"), (.infinity, "+Inf"), (-.infinity, "-Inf"),
            (.nan, "NaN"), (-2.5, "-2.5"),
        ] as [(Double, String)])
    func numbersAreWrittenAsTheFormatWantsThem(_ value: Double, _ text: String) {
        #expect(PrometheusText.number(value) == text)
    }

    @Test func everyFamilyIsWholeAndEverySampleHasOne() {
        Metrics.Timer(label: "t", dimensions: [("a", "b")], factory: registry).recordSeconds(1)
        var family = ""
        var families: Set<String> = []
        for line in page {
            let words = line.split(separator: " ")
            if line.hasPrefix("# TYPE ") {
                family = String(words[2])
                #expect(families.insert(family).inserted, "\(family) is written twice")
            } else if !line.hasPrefix("#") {
                #expect(line.hasPrefix(family), "\(line) is not of \(family)")
                #expect(Double(words.last!.replacing("+Inf", with: "inf")) != nil)
            }
        }
        #expect(families.contains("t_seconds"))
    }

    #if os(Linux)
        @Test func theProcessTellsItsOwnFigures() throws {
            func value(_ name: String) throws -> Double {
                let line = try #require(page.first { $0.hasPrefix(name + " ") })
                return try #require(Double(line.split(separator: " ")[1]))
            }
            #expect(try value("process_resident_memory_bytes") > 1_000_000)
            #expect(try value("process_cpu_seconds_total") >= 0)
            #expect(try value("process_open_fds") > 2)
            #expect(try value("process_start_time_seconds") > 1_600_000_000)
            #expect(try value("process_max_fds") > 2)
        }
    #endif

    @Test func thePageCanDoWithoutTheProcess() {
        #expect(
            !String(decoding: PrometheusRegistry(includesProcess: false).render(), as: UTF8.self).contains("process_"))
    }

    @Test func aProcessWhoseNameHasSpacesAndBracketsIsReadRight() throws {
        let line =
            "42 (a) b (c) S 1 1 1 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 4 0 12345 1000000 300 18446744073709551615 1 1 0"
        let stat = try #require(ProcessCollector.Stat(parsing: line))
        #expect(stat.cpuTicks == 300)
        #expect(stat.startTicks == 12345)
        #expect(stat.virtualBytes == 1_000_000)
        #expect(stat.residentPages == 300)
        #expect(ProcessCollector.Stat(parsing: "nothing") == nil)
    }
}
