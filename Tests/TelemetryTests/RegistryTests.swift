import CoreMetrics
import Foundation
import Testing

@testable import Telemetry

struct RegistryTests {
    @Test("no two metrics share a name, and every name is one that Prometheus takes")
    func names() {
        #expect(Set(Metric.all.map(\.name)).count == Metric.all.count)
        for metric in Metric.all {
            #expect(PrometheusText.metricName(metric.name) == metric.name)
            for label in metric.labels { #expect(PrometheusText.labelName(label.name) == label.name) }
        }
    }

    @Test("a name says what kind it is and its unit", arguments: Metric.all.map(\.name))
    func conventions(name: String) throws {
        let metric = try #require(Metric.all.first { $0.name == name })
        #expect(name.hasSuffix("_total") == (metric.kind == .counter))
        let base = name.hasSuffix("_total") ? String(name.dropLast("_total".count)) : name
        let units = MetricDefinition.Unit.allCases.filter { $0 != .none && base.hasSuffix("_" + $0.rawValue) }
        // `_milliseconds` does not end with `_seconds`.
        #expect(units == (metric.unit == .none ? [] : [metric.unit]))
        #expect(metric.kind == .histogram ? !metric.bounds.isEmpty : metric.bounds.isEmpty)
        #expect(metric.bounds == metric.bounds.sorted())
        #expect(metric.help.hasSuffix("."))
        #expect(!metric.help.contains("|"), "it stands in a table")
        #expect(!metric.publishers.isEmpty)
    }

    @Test("the number of label sets is bounded by those of the labels, and by 2,000")
    func bounds() {
        #expect(Metric.problems.definition.maximumSeries == 1)
        #expect(Metric.deadLettersOpen.definition.maximumSeries == 200)
        #expect(Metric.httpRequests.definition.maximumSeries == 2_000)
    }

    @Test("a series has its labels by their order in the registry, and what the page says of it comes from there")
    func series() {
        let registry = PrometheusRegistry(includesProcess: false)
        Metric.deadLettersOpen("orders", "fraud-group", in: registry).set(3)
        let lines = String(decoding: registry.render(), as: UTF8.self).split(separator: "\n")
        #expect(lines.contains("orders_dead_letters_open{group=\"fraud-group\",topic=\"orders\"} 3"))
        #expect(lines.contains("# TYPE orders_dead_letters_open gauge"))
        #expect(lines.contains("# HELP orders_dead_letters_open \(Metric.deadLettersOpen.definition.help)"))
    }

    @Test("the page lists what the code has; ORDERS_UPDATE_DOCS=1 writes it")
    func page() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "../../docs/METRICS.md"
        ).standardized
        let page = try String(contentsOf: file, encoding: .utf8)
        let expected = try Self.filled(page)
        if ProcessInfo.processInfo.environment["ORDERS_UPDATE_DOCS"] == "1" {
            try expected.write(to: file, atomically: true, encoding: .utf8)
        } else {
            #expect(page == expected, "docs/METRICS.md is out of date: run this test with ORDERS_UPDATE_DOCS=1")
        }
    }

    /// The page with its tables as they should be.
    private static func filled(_ page: String) throws -> String {
        var page = page
        for (name, table) in [("metrics", MetricsPage.table), ("labels", MetricsPage.labels)] {
            let begin = try #require(page.range(of: "<!-- \(name): from the code -->\n"))
            let end = try #require(page.range(of: "<!-- end of \(name) -->", range: begin.upperBound..<page.endIndex))
            page.replaceSubrange(begin.upperBound..<end.lowerBound, with: "\n\(table)\n")
        }
        return page
    }
}
