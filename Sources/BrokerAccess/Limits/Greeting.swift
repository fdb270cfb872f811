/// What the first bytes of a connection say about who speaks: for a log line that helps.
public enum Greeting: Hashable, Sendable {
    case tls
    case http
    case ssh
    /// A frame of the Kafka protocol, as far as can be seen.
    case kafka
    case unknown

    /// - Parameter bytes: the first ones; eight are enough.
    public init(_ bytes: some Collection<UInt8>) {
        let bytes = Array(bytes.prefix(8))
        let text = String(decoding: bytes, as: UTF8.self)
        if bytes.starts(with: [0x16, 0x03]) {
            self = .tls
        } else if ["GET ", "POST ", "PUT ", "HEAD ", "OPTIONS ", "DELETE ", "CONNECT ", "PRI "].contains(
            where: text.hasPrefix)
        {
            self = .http
        } else if text.hasPrefix("SSH-") {
            self = .ssh
        } else if bytes.count >= 6, bytes[0] < 0x06, bytes[4] == 0, bytes[5] < 100 {
            self = .kafka
        } else {
            self = .unknown
        }
    }

    /// Why it cannot go on at a plain port, nil where nothing can be said.
    public var problemAtPlainPort: String? {
        switch self {
        case .tls: "it speaks TLS, and this port does not: set security.protocol to PLAINTEXT, or use the TLS port"
        case .http: "it speaks HTTP, and this port speaks the Kafka protocol"
        case .ssh: "it speaks SSH, and this port speaks the Kafka protocol"
        case .kafka, .unknown: nil
        }
    }

    /// Why it cannot go on at a TLS port, nil for TLS.
    public var problemAtTLSPort: String? {
        switch self {
        case .tls: nil
        case .kafka: "it speaks the Kafka protocol without TLS: set security.protocol to SASL_SSL"
        case .http: "it speaks HTTP, and this port speaks the Kafka protocol over TLS"
        case .ssh: "it speaks SSH, and this port speaks the Kafka protocol over TLS"
        case .unknown: "it does not speak TLS"
        }
    }
}
