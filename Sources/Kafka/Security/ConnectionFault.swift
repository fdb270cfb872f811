/// Why a connection to a broker does not come to stand, for people: what is wrong, and what to do.
public struct ConnectionFault: Sendable, Hashable {
    /// What it is about.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case loginRefused = "login_refused"
        case mechanismRefused = "mechanism_refused"
        case certificateExpired = "certificate_expired"
        case certificateNotYetValid = "certificate_not_yet_valid"
        case hostNameMismatch = "host_name_mismatch"
        case certificateUntrusted = "certificate_untrusted"
        case clientCertificateRefused = "client_certificate_refused"
        case noTLS = "no_tls"
        case tlsFailed = "tls_failed"
        case encryptionExpected = "encryption_expected"
        case loginExpected = "login_expected"
        case hostUnknown = "host_unknown"
        case connectionRefused = "connection_refused"
        case unreachable = "unreachable"
        case rightMissing = "right_missing"
    }

    public let kind: Kind
    /// What is wrong and where, without a full stop.
    public let what: String
    /// What to do, as a sentence.
    public let advice: String

    /// The connection was only closed: by a broker that expects something else, or by one that goes away.
    public var isGuess = false

    /// Waiting does not help: a person has to change something. The others may end by themselves.
    public var isPermanent: Bool {
        if isGuess { return false }
        return switch kind {
        case .hostUnknown, .connectionRefused, .unreachable: false
        default: true
        }
    }

    /// A client that reads its certificates again may get through.
    var isAboutCertificates: Bool {
        switch kind {
        case .certificateExpired, .certificateNotYetValid, .certificateUntrusted, .clientCertificateRefused, .tlsFailed,
            .hostNameMismatch:
            true
        default: false
        }
    }
}

extension ConnectionFault: CustomStringConvertible {
    /// One line.
    public var description: String { "\(what). \(advice)" }
}
