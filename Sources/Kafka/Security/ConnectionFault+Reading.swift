import Secrets

extension ConnectionFault {
    /// Reads librdkafka's words of a connection that failed. Nil: they say nothing that is known here.
    ///
    /// Pure. Source of the words: rdkafka_broker.c, rdkafka_ssl.c, rdkafka_transport.c and rdkafka_sasl.c of versions
    /// 2.0 to 2.15.
    ///
    /// - Parameters:
    ///   - text: a line of its log with the facility FAIL, or the reason of an error of its own.
    ///   - settings: what the client was made with.
    ///   - certificate: what the check of the broker's certificate found, if it failed.
    public init?(_ text: String, settings: KafkaSettings, certificate: CertificateProblem? = nil) {
        let server = Self.server(in: text) ?? settings.bootstrapServers
        guard
            let (kind, what, advice) = Self.login(text, settings, server)
                ?? Self.certificate(text, server, certificate) ?? Self.encryption(text, settings, server)
                ?? Self.network(text, server)
        else { return nil }
        self.init(kind: kind, what: what, advice: advice, isGuess: Self.isOnlyClosed(text))
    }

    /// Whether librdkafka infers what is wrong from a connection that was closed. A proxy before a broker that starts
    /// closes connections too.
    private static func isOnlyClosed(_ text: String) -> Bool {
        let words = [
            "connecting to a SSL listener", "might require SASL authentication", "Disconnected", "Connection reset",
            "unexpected eof",
        ]
        return words.contains(where: text.contains)
    }

    private typealias Found = (Kind, String, String)

    private static func login(_ text: String, _ settings: KafkaSettings, _ server: String) -> Found? {
        // librdkafka's own trouble in the middle of a login, such as a broker that went away. The broker refused
        // nothing.
        guard !text.contains("failed: Local: ") else { return nil }
        if text.contains("mechanism handshake failed") || text.contains("Unsupported SASL mechanism") {
            let asked = settings.security.login?.mechanism.rawValue ?? "the mechanism that is set"
            let offered = text.firstRange(of: "supported mechanisms:").map {
                text[$0.upperBound...].prefix { !"(;".contains($0) }.drop { $0 == " " }
            }
            let list = offered.map { "; it offers \($0.trimmingEnd())" } ?? ""
            return (
                .mechanismRefused, "the broker \(server) does not take \(asked)\(list)",
                "Set KAFKA_SASL_MECHANISM to one that it offers."
            )
        }
        guard
            text.contains("SASL authentication error") || text.contains("SASL Authentication failed")
                || text.contains("Authentication failed") || text.contains("SCRAM")
        else { return nil }
        let flaw = settings.loginFlaw.map { " The password is suspicious: \($0)." } ?? ""
        return (
            .loginRefused, "the broker \(server) refuses the user name or the password",
            "Correct \(settings.loginVariables).\(flaw)"
        )
    }

    private static func certificate(_ text: String, _ server: String, _ problem: CertificateProblem?) -> Found? {
        if let problem, text.contains("certificate verify failed") || text.contains("SSL") {
            return problem.fault(of: server)
        }
        if text.contains("certificate verify failed") {
            return CertificateProblem(code: 20, depth: 0).fault(of: server)
        }
        // The broker's word about our certificate: TLS alerts 40 to 49 and 116.
        let alerts = [
            "certificate required", "alert bad certificate", "alert certificate", "alert unknown ca",
            "alert handshake failure", "unexpected message", "alert number 116", "alert access denied",
        ]
        if alerts.contains(where: text.contains) {
            return (
                .clientCertificateRefused,
                "the broker \(server) does not accept this client's certificate, or got none",
                "Set KAFKA_SSL_CERTIFICATE_LOCATION and KAFKA_SSL_KEY_LOCATION to a certificate that the broker trusts and that has not expired."
            )
        }
        return nil
    }

    private static func encryption(_ text: String, _ settings: KafkaSettings, _ server: String) -> Found? {
        if text.contains("wrong version number") || text.contains("PLAINTEXT broker listener")
            || text.contains("packet length too long")
        {
            let what =
                isOnlyClosed(text)
                ? "\(server) closed the connection in the TLS handshake; perhaps it does not speak TLS"
                : "\(server) does not speak TLS"
            return (
                .noTLS, what,
                "Name the broker's TLS port in KAFKA_BOOTSTRAP_SERVERS, or set KAFKA_SECURITY_PROTOCOL to what that port speaks."
            )
        }
        // The first bytes of what came in place of a size: "HTTP", and those of a TLS alert.
        if text.contains("response size 1213486160") {
            return (
                .tlsFailed, "\(server) speaks HTTP, not Kafka",
                "Correct host and port in KAFKA_BOOTSTRAP_SERVERS: a REST endpoint is no bootstrap server."
            )
        }
        if text.contains("connecting to a SSL listener") || text.contains("response size 35251") {
            return (
                .encryptionExpected, "\(server) closed the connection, which is not encrypted",
                "If the port speaks TLS, set KAFKA_SECURITY_PROTOCOL to SSL or SASL_SSL, or CONFLUENT_API_KEY and CONFLUENT_API_SECRET. If it is no Kafka port, correct KAFKA_BOOTSTRAP_SERVERS."
            )
        }
        if text.contains("might require SASL authentication") {
            let lacks = settings.security.tls == nil ? "is not encrypted and has not logged in" : "has not logged in"
            return (
                .loginExpected, "\(server) closed the connection, which \(lacks)",
                "If it wants TLS or a login, set KAFKA_SECURITY_PROTOCOL, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD, or CONFLUENT_API_KEY and CONFLUENT_API_SECRET."
            )
        }
        if text.contains("SSL handshake failed") || text.contains("SSL transport error") {
            return (
                .tlsFailed, "the TLS handshake with \(server) failed",
                "Check that KAFKA_BOOTSTRAP_SERVERS names a TLS port of a Kafka broker, and the KAFKA_SSL settings."
            )
        }
        return nil
    }

    private static func network(_ text: String, _ server: String) -> Found? {
        if text.contains("Failed to resolve") {
            return (
                .hostUnknown, "the host name of \(server) is not known",
                "Correct KAFKA_BOOTSTRAP_SERVERS, or the name service of this machine."
            )
        }
        if text.contains("Connection refused") {
            return (
                .connectionRefused, "nothing listens at \(server)",
                "Start the broker, or correct host and port in KAFKA_BOOTSTRAP_SERVERS."
            )
        }
        if text.contains("Connection setup timed out in state"), !text.contains("in state CONNECT") {
            return (
                .unreachable, "\(server) takes the connection and does not answer",
                "Check that KAFKA_BOOTSTRAP_SERVERS names a Kafka port, and whether that port speaks TLS."
            )
        }
        let silent = [
            "Connection setup timed out", "No route to host", "Network is unreachable", "Host is unreachable",
        ]
        if silent.contains(where: text.contains) {
            return (
                .unreachable, "\(server) cannot be reached",
                "Correct KAFKA_BOOTSTRAP_SERVERS, or open the way there in the firewall."
            )
        }
        return nil
    }

    /// `sasl_ssl://host:9093/bootstrap` is `host:9093`.
    private static func server(in text: String) -> String? {
        guard let scheme = text.lastRange(of: "://") else { return nil }
        let rest = text[scheme.upperBound...]
        let name = rest.prefix { !"/ ]".contains($0) }
        return name.isEmpty ? nil : String(name.hasSuffix(":") ? name.dropLast() : name)
    }
}

extension KafkaSettings {
    /// The variables that the login comes from.
    var loginVariables: String {
        let isConfluent = bootstrapServers.contains("confluent")
        return isConfluent
            ? "CONFLUENT_API_KEY and CONFLUENT_API_SECRET"
            : "KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD (or CONFLUENT_API_KEY and CONFLUENT_API_SECRET)"
    }

    /// What a person most likely copied wrongly. Says nothing of the password itself.
    var loginFlaw: String? {
        // A file that cannot be read is reported where it is read.
        guard let password = try? security.login?.password.read() else { return nil }
        return SecretFlaw(password)?.rawValue
    }
}

extension StringProtocol {
    func trimmingEnd() -> String {
        String(self[..<(lastIndex { !$0.isWhitespace }.map { index(after: $0) } ?? startIndex)])
    }

    fileprivate func lastRange(of text: String) -> Range<Index>? {
        ranges(of: text).last
    }
}
