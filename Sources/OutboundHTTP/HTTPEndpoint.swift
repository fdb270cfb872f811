import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix
import OrderTracing
import Secrets

/// An operator's HTTP endpoint to which JSON is posted: the payment processor, the alert webhook, those that
/// subscribe to outcomes.
///
/// Redirects are not followed: a POST that was sent elsewhere, or turned into a GET, is no delivery.
package struct HTTPEndpoint: Sendable {
    /// What came back, cut off at `answerLimit`.
    package struct Answer: Sendable {
        package let status: UInt
        /// nil where it was longer than the limit.
        package let body: [UInt8]?
        /// `Retry-After`, as it stands there.
        package let retryAfter: String?
    }

    /// No answer came in time, or none at all. The text holds nothing of the URL but scheme, host and port.
    package struct Unreachable: Error, CustomStringConvertible {
        package let description: String
    }

    /// Where it goes.
    private let url: SecretURL
    /// Scheme, host and port only.
    package var displayName: String { url.displayName }
    /// From the first byte out to the last byte in.
    private let timeout: Duration
    private let answerLimit: Int

    package init(_ url: SecretURL, timeout: Duration, answerLimit: Int = 64 << 10) {
        self.url = url
        self.timeout = timeout
        self.answerLimit = answerLimit
    }

    /// Posts `json` under an idempotency key and waits for the whole answer.
    ///
    /// - Throws: `Unreachable`, or `CancellationError` where the caller was cancelled.
    package func post(_ json: [UInt8], idempotencyKey: String) async throws -> Answer {
        try await post(json, headers: [("Idempotency-Key", idempotencyKey)])
    }

    /// Posts `json` and waits for the whole answer. The trace of the task, if there is one, goes with it.
    ///
    /// - Throws: `Unreachable`, or `CancellationError` where the caller was cancelled.
    package func post(_ json: [UInt8], headers: [(name: String, value: String)]) async throws -> Answer {
        guard let trace = CurrentTrace.current else { return try await send(json, headers: headers) }
        return try await trace.call("POST", attributes) { context, span in
            let answer = try await send(json, headers: headers + context.fields)
            span?.set("http.response.status_code", .integer(Int64(answer.status)))
            if answer.status >= 400 { span?.fail("\(answer.status)") }
            return answer
        }
    }

    /// Of the URL no more than what may be shown.
    private var attributes: [SpanAttributePair] {
        var pairs: [SpanAttributePair] = [
            SpanAttributePair("http.request.method", "POST"), SpanAttributePair("server.address", .text(url.host)),
        ]
        if let port = url.port { pairs.append(SpanAttributePair("server.port", .integer(Int64(port)))) }
        return pairs
    }

    private func send(_ json: [UInt8], headers: [(name: String, value: String)]) async throws -> Answer {
        var request = HTTPClientRequest(url: url.secret.reveal())
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "Accept", value: "application/json")
        for header in headers { request.headers.add(name: header.name, value: header.value) }
        request.body = .bytes(json)
        do {
            return try await withinTimeout { [request, answerLimit] in
                let response = try await HTTPEndpoint.client.execute(request, deadline: .distantFuture)
                let body: [UInt8]?
                do {
                    // Read to its end, so that the connection can be used again.
                    body = Array(try await response.body.collect(upTo: answerLimit).readableBytesView)
                } catch is NIOTooManyBytesError {
                    body = nil
                }
                return Answer(
                    status: response.status.code, body: body,
                    retryAfter: response.headers.first(name: "retry-after"))
            }
        } catch is CancellationError where Task.isCancelled {
            throw CancellationError()
        } catch {
            throw Unreachable(description: "\(displayName) did not answer (\(explain(error)))")
        }
    }

    private struct TookTooLong: Error {}

    /// The client's own deadline ends with the answer's head; a body that drips would hold the service indefinitely.
    private func withinTimeout(_ body: @escaping @Sendable () async throws -> Answer) async throws -> Answer {
        try await withThrowingTaskGroup(of: Answer?.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await body() }
            group.addTask { [timeout] in
                try await Task.sleep(for: timeout)
                return nil
            }
            guard let first = try await group.next(), let answer = first else { throw TookTooLong() }
            return answer
        }
    }

    /// The error's own text may hold the URL.
    private func explain(_ error: any Error) -> String {
        if error is TookTooLong { return "no answer within \(timeout)" }
        if let error = error as? HTTPClientError { return error.shortDescription }
        if let error = error as? NIOConnectionError {
            return error.connectionErrors.isEmpty ? "its name does not resolve" : "connection refused"
        }
        if let error = error as? IOError { return String(cString: strerror(error.errnoCode)) }
        if let error = error as? ChannelError { return "\(error)" }
        return "\(type(of: error))"
    }

    /// One for the process, so that connections are shared, and never shut down, as the process is then at its end.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(5)
        // A span of its own would show the URL, which may carry a token.
        configuration.tracing.tracer = nil
        // An endpoint that is away is reported at once: the callers know how to wait.
        configuration.connectionPool.retryConnectionEstablishment = false
        // The callers bound their requests; the client's own bound of 8 would make them queue.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1_024
        configuration.httpVersion = .automatic
        return HTTPClient(
            eventLoopGroupProvider: .shared(HTTPClient.defaultEventLoopGroup), configuration: configuration)
    }()
}
