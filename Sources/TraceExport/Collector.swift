import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Secrets

/// Takes requests with spans: a collector, or a test.
public protocol SpanReceiver: Sendable {
    /// Makes one attempt, bounded in time. It does not throw: what went wrong is an answer.
    func receive(_ request: [UInt8]) async -> ExportAnswer
}

/// A collector that speaks OTLP over HTTP with binary Protobuf.
struct Collector: SpanReceiver {
    private static let timeout: TimeAmount = .seconds(10)
    /// Of an answer no more is read.
    private static let answerLimit = 64 << 10

    private let url: String
    private let headers: [(name: String, value: Secret)]
    private let client: HTTPClient

    init(_ settings: TracingSettings, client: HTTPClient) {
        url = settings.tracesURL
        headers = settings.headers
        self.client = client
    }

    /// Its requests are traced by nobody, or each export would be followed by another one.
    static func makeClient() -> HTTPClient {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(5)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.tracing.tracer = nil
        return HTTPClient(
            eventLoopGroupProvider: .shared(HTTPClient.defaultEventLoopGroup), configuration: configuration)
    }

    func receive(_ request: [UInt8]) async -> ExportAnswer {
        var post = HTTPClientRequest(url: url)
        post.method = .POST
        post.headers.add(name: "Content-Type", value: "application/x-protobuf")
        for header in headers { post.headers.add(name: header.name, value: header.value.reveal()) }
        post.body = .bytes(request)
        do {
            let response = try await client.execute(post, timeout: Self.timeout)
            let body = try await response.body.collect(upTo: Self.answerLimit)
            return ExportAnswer(
                status: Int(response.status.code), body: Array(body.readableBytesView),
                retryAfter: response.headers.first(name: "retry-after"))
        } catch {
            // The text of an error may hold the URL.
            return .retry(
                reason: (error as? HTTPClientError)?.shortDescription ?? "it cannot be reached (\(type(of: error)))",
                after: nil)
        }
    }
}
