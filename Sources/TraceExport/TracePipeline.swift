import AsyncHTTPClient
import Foundation
import Logging
import OrderTracing
import ServiceLifecycle

/// A process's tracing: the tracer that its services use, and the exporter that runs beside them.
public struct TracePipeline: Service {
    public let tracer: OrderTracer
    private let queue = SpanQueue()
    private let settings: TracingSettings
    private let resource: [SpanAttributePair]
    private let logger: Logger

    /// Nothing is opened yet: a start that fails leaves nothing behind.
    ///
    /// - Parameters:
    ///   - service: the name of the process's spans that are of no service in particular.
    ///   - version: the platform's.
    public init(_ settings: TracingSettings, service: String, version: String, logger: Logger) {
        self.settings = settings
        self.logger = logger
        tracer = OrderTracer(service: service, sampler: settings.sampler, queue: queue)
        resource = ResourceAttributes.of(
            settings.attributes, service: settings.service, version: version, instance: UUID().uuidString)
    }

    /// Exports until shutdown, and what is left then.
    public func run() async throws {
        let client = Collector.makeClient()
        let exporter = SpanExporter(
            queue, to: Collector(settings, client: client), resource: resource, logger: logger)
        let result: Result<Void, any Error>
        do { result = .success(try await exporter.run()) } catch { result = .failure(error) }
        try await client.shutdown()
        try result.get()
    }
}
