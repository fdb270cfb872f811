import Foundation
import OrderTracing
import Secrets

/// Where spans go and which are recorded, by OpenTelemetry's own settings.
public struct TracingSettings: Sendable {
    /// `OTEL_EXPORTER_OTLP_ENDPOINT` with the path of traces.
    public let tracesURL: String
    /// Scheme, host and port only.
    public let displayName: String
    /// `OTEL_EXPORTER_OTLP_HEADERS`.
    public let headers: [(name: String, value: Secret)]
    public let sampler: Sampler
    /// `OTEL_SERVICE_NAME`; nil: each service has its own.
    public let service: String?
    /// `OTEL_RESOURCE_ATTRIBUTES`.
    public let attributes: [SpanAttributePair]

    public init(
        endpoint: Endpoint, headers: [(name: String, value: Secret)] = [],
        sampler: Sampler = Sampler(.on), service: String? = nil, attributes: [SpanAttributePair] = []
    ) {
        tracesURL = endpoint.tracesURL
        displayName = endpoint.displayName
        self.headers = headers
        self.sampler = sampler
        self.service = service
        self.attributes = attributes
    }

    /// The address of a collector.
    public struct Endpoint: Sendable {
        let tracesURL: String
        let displayName: String

        /// nil unless it is an http or https URL with a host, and without a user, a query or a fragment.
        public init?(_ text: String) {
            guard let parts = URLComponents(string: text), let scheme = parts.scheme,
                ["http", "https"].contains(scheme), let host = parts.host, !host.isEmpty, parts.user == nil,
                parts.password == nil, parts.query == nil, parts.fragment == nil
            else { return nil }
            displayName = "\(scheme)://\(host)" + (parts.port.map { ":\($0)" } ?? "")
            tracesURL = (text.hasSuffix("/") ? String(text.dropLast()) : text) + "/v1/traces"
        }
    }

    /// Reads `name=value,name=value`; nil: it is not that, or not what HTTP headers may be.
    public static func headers(_ text: String) -> [(name: String, value: Secret)]? {
        var headers: [(name: String, value: Secret)] = []
        for part in text.split(separator: ",") {
            guard let (name, value) = KeyValueList.pair(part), headers.count < 32,
                name.utf8.allSatisfy(isTokenByte), value.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
            else { return nil }
            headers.append((name, Secret(value)))
        }
        return headers
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
