import AsyncHTTPClient
import Foundation
import NIOCore
import OrderEvents

/// Posts fraud alerts to an operator's endpoint.
///
/// The body is the alert's JSON. `Idempotency-Key` names the alert, so that a receiver can drop the repetition
/// which a crash between its answer and our commit brings.
public struct Webhook: Sendable {
    /// The endpoint refused this alert for good: no retry will help.
    struct Refused: Error, CustomStringConvertible {
        let status: UInt
        var description: String { "the webhook answered \(status)" }
    }

    /// The endpoint is away or busy: worth another try.
    struct Unavailable: Error, CustomStringConvertible {
        let description: String
    }

    /// Where alerts go. May carry a token, so it is never logged; `displayName` is.
    private let url: String
    /// Scheme, host and port only.
    public let displayName: String
    private let client: HTTPClient
    private let timeout: TimeAmount

    /// nil unless `text` is an http or https URL with a host.
    public init?(_ text: String, client: HTTPClient = .shared, timeout: Duration = .seconds(10)) {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme, ["http", "https"].contains(scheme),
            let host = parts.host, !host.isEmpty
        else { return nil }
        url = text
        displayName = "\(scheme)://\(host)" + (parts.port.map { ":\($0)" } ?? "")
        self.client = client
        self.timeout = .milliseconds(timeout.components.seconds * 1_000)
    }

    /// Delivers one alert.
    ///
    /// - Throws: `Refused` for a status that will not change (4xx but 408, 425 and 429), `Unavailable` for everything else.
    func deliver(_ alert: FraudAlert, json: [UInt8]) async throws {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "Idempotency-Key", value: "fraud-alert-\(alert.orderID)")
        request.body = .bytes(json)
        let status: UInt
        do {
            let response = try await client.execute(request, timeout: timeout)
            status = response.status.code
            // Read to its end, so that the connection can be used again; an endless answer is cut.
            _ = try await response.body.collect(upTo: 1 << 20)
        } catch {
            // The error's text may hold the URL; its type says enough.
            throw Unavailable(description: "\(displayName) did not answer (\(type(of: error)))")
        }
        switch status {
        case 200..<300: return
        case 408, 425, 429, 500...: throw Unavailable(description: "\(displayName) answered \(status)")
        default: throw Refused(status: status)
        }
    }
}
