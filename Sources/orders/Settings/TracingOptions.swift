import Foundation
import Logging
import OrderTracing
import Secrets
import TraceExport
import Tracing

/// Tracing, by the environment alone: OpenTelemetry has names for its settings.
enum TracingOptions {
    /// What the process records and exports; nil: no collector is named. Called once, before the services are made.
    ///
    /// - Parameter service: the name of spans that are of no service in particular.
    static func start(_ service: String, environment: [String: String]) throws -> TracePipeline? {
        guard let settings = try settings(environment) else { return nil }
        let pipeline = TracePipeline(
            settings, service: service, version: platformVersion, logger: Logger(label: "tracing"))
        InstrumentationSystem.bootstrap(pipeline.tracer)
        return pipeline
    }

    /// - Throws: which setting is wrong.
    static func settings(_ environment: [String: String]) throws -> TracingSettings? {
        // It may hold a token, so a wrong one is not shown.
        let endpoint = try Setting.parse(
            "OTEL_EXPORTER_OTLP_ENDPOINT", in: environment, { TracingSettings.Endpoint($0) },
            "an http or https URL without a user and a query", isSecret: true)
        let headers = try Setting.parse(
            "OTEL_EXPORTER_OTLP_HEADERS", in: environment, { TracingSettings.headers($0) },
            "a list of headers: name=value,name=value", isSecret: true)
        _ = try Setting.parse(
            "OTEL_EXPORTER_OTLP_PROTOCOL", in: environment, { $0 == "http/protobuf" ? $0 : nil },
            "http/protobuf, which is all that is spoken")
        let ratio = try Setting.parse(
            "OTEL_TRACES_SAMPLER_ARG", in: environment, { Double($0).flatMap { (0...1).contains($0) ? $0 : nil } },
            "a number from 0 to 1")
        let sampler = try Setting.parse(
            "OTEL_TRACES_SAMPLER", in: environment, { Sampler(name: $0, ratio: ratio ?? 1) },
            Sampler.names.formatted(.list(type: .or)))
        let attributes = try Setting.parse(
            "OTEL_RESOURCE_ATTRIBUTES", in: environment, { ResourceAttributes.parse($0) },
            "a list of attributes: name=value,name=value")
        guard let endpoint else { return nil }
        let service = environment["OTEL_SERVICE_NAME"].flatMap { $0.isEmpty ? nil : $0 }
        return TracingSettings(
            endpoint: endpoint, headers: headers ?? [], sampler: sampler ?? Sampler(.on), service: service,
            attributes: attributes ?? [])
    }
}
