import AsyncHTTPClient
import Foundation
import Logging
import OrderTracing
import ServiceLifecycle

/// A process's tracing: the tracer that its services use, and the exporter that runs beside them.
public struct TracePipeline: Service {
    public let tracer: OrderTracer
    private let exporter: SpanExporter
    private let client: HTTPClient

    /// - Parameters:
    ///   - service: the name of the process's spans that are of no service in particular.
    ///   - version: the platform's.
    public init(_ settings: TracingSettings, service: String, version: String, logger: Logger) {
        let queue = SpanQueue()
        tracer = OrderTracer(service: service, sampler: settings.sampler, queue: queue)
        client = Collector.makeClient()
        exporter = SpanExporter(
            queue, to: Collector(settings, client: client),
            resource: ResourceAttributes.of(
                settings.attributes, service: settings.service, version: version, instance: UUID().uuidString),
            logger: logger)
    }

    /// Exports until shutdown, and what is left then.
    public func run() async throws {
        try await exporter.run()
        try await client.shutdown()
    }
}
