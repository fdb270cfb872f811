import OrderTracing
import Testing

@testable import TraceExport

@Suite struct TracingSettingsTests {
    @Test(
        arguments: [
            ("http://collector:4318", "http://collector:4318/v1/traces"),
            ("http://collector:4318/", "http://collector:4318/v1/traces"),
            ("https://host/otlp", "https://host/otlp/v1/traces"),
        ])
    func anEndpointGetsThePathOfTraces(_ text: String, _ url: String) throws {
        #expect(TracingSettings.Endpoint(text)?.tracesURL == url)
    }

    @Test(
        arguments: ["", "collector:4318", "grpc://collector:4317", "http://user:pw@h", "http://h?key=1", "http://h#x"])
    func whatIsNoEndpointIsRefused(_ text: String) {
        #expect(TracingSettings.Endpoint(text) == nil)
    }

    @Test func headersAreReadAndTheirValuesNotShown() throws {
        let headers = try #require(TracingSettings.headers("api-key=a%20b , x-tenant=7"))
        #expect(headers.map(\.name) == ["api-key", "x-tenant"])
        #expect(headers.map { $0.value.reveal() } == ["a b", "7"])
        #expect(!"\(headers)".contains("a b"))
    }

    @Test(arguments: ["api-key", "=1", "a b=1", "k=%0d%0aHost: x", "k=%zz"])
    func whatIsNoListOfHeadersIsRefused(_ text: String) {
        #expect(TracingSettings.headers(text) == nil)
    }

    @Test func attributesOfTheResourceAreCompletedAndNotReplaced() throws {
        let given = try #require(ResourceAttributes.parse("service.namespace=shop,deployment.environment.name=eu%2F1"))
        let pairs = ResourceAttributes.of(given, service: "all", version: "1", instance: "i")
        func value(_ name: String) -> [SpanValue] { pairs.filter { $0.name == name }.map(\.value) }
        #expect(value("service.namespace") == ["shop"] && value("deployment.environment.name") == ["eu/1"])
        #expect(value("service.name") == ["all"] && value("service.instance.id") == ["i"])
        #expect(ResourceAttributes.parse("no equals sign") == nil)
    }
}
