import NIOCore
import NIOPosix
import NIOSSL

extension Dialer {
    /// Why a connection failed, in a line.
    func explain(_ error: any Error, _ endpoint: Endpoint) -> CouchbaseError {
        CouchbaseError(.connectionFailure, "\(endpoint): \(Self.reason(error, host: endpoint.host))")
    }

    static func reason(_ error: any Error, host: String) -> String {
        switch error {
        case let error as NIOConnectionError:
            if let first = error.connectionErrors.first { return reason(first.error, host: host) }
            if error.dnsAError != nil || error.dnsAAAAError != nil { return "the host \"\(host)\" is unknown" }
            return "the host \"\(host)\" has no address"
        case let error as IOError: return reason(errno: error.errnoCode) ?? "\(error)"
        case let error as ChannelError:
            if case .connectTimeout = error { return "there is no answer to the attempt to connect" }
            return "\(error)"
        case let error as NIOSSLError: return reason(error)
        case let error as NIOSSLExtraError:
            if error == .failedToValidateHostname { return "its certificate is not for this host name: \(error)" }
            return "TLS failed: \(error)"
        default: return "\(error)"
        }
    }

    private static func reason(errno code: CInt) -> String? {
        switch code {
        case ECONNREFUSED: "connection refused; nothing listens on this port"
        case ECONNRESET: "the connection was reset"
        case ETIMEDOUT: "there is no answer"
        case EHOSTUNREACH, ENETUNREACH: "there is no way to this address"
        default: nil
        }
    }

    private static func reason(_ error: NIOSSLError) -> String {
        let text = "\(error)"
        if text.contains("CERTIFICATE_VERIFY_FAILED") {
            return "its certificate is not signed by an authority that is trusted; give the cluster's CA certificate"
        }
        if text.contains("WRONG_VERSION_NUMBER") { return "this port does not speak TLS" }
        if case .uncleanShutdown = error { return "the connection was closed" }
        return "TLS failed: \(text)"
    }
}
