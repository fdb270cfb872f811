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
            var fault = Self.login(text, settings, server) ?? Self.certificate(text, server, certificate)
                ?? Self.encryption(text, settings, server) ?? Self.network(text, server)
        else { return nil }
        fault.isGuess = Self.isOnlyClosed(text)
        self = fault
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

    private static func login(_ text: String, _ settings: KafkaSettings, _ server: String) -> ConnectionFault? {
        // librdkafka's own trouble in the middle of a login, such as a broker that went away. The broker refused
        // nothing.
        guard !text.contains("failed: Local: ") else { return nil }
        if text.contains("mechanism handshake failed") || text.contains("Unsupported SASL mechanism") {
            let offered = text.firstRange(of: "supported mechanisms:").map {
                text[$0.upperBound...].prefix { !"(;".contains($0) }.drop { $0 == " " }
            }
            return .mechanismRefused(by: server, settings, offered: offered.map { $0.trimmingEnd() })
        }
        guard
            text.contains("SASL authentication error") || text.contains("SASL Authentication failed")
                || text.contains("Authentication failed") || text.contains("SCRAM")
        else { return nil }
        return .loginRefused(by: server, settings)
    }

    private static func certificate(_ text: String, _ server: String, _ problem: CertificateProblem?)
        -> ConnectionFault?
    {
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
            return .clientCertificateRefused(by: server)
        }
        return nil
    }

    private static func encryption(_ text: String, _ settings: KafkaSettings, _ server: String) -> ConnectionFault? {
        if text.contains("wrong version number") || text.contains("PLAINTEXT broker listener")
            || text.contains("packet length too long")
        {
            return .noTLS(at: server, isGuess: isOnlyClosed(text))
        }
        // The first bytes of what came in place of a size: "HTTP", and those of a TLS alert.
        if text.contains("response size 1213486160") {
            return .speaksHTTP(server)
        }
        if text.contains("connecting to a SSL listener") || text.contains("response size 35251") {
            return .encryptionExpected(at: server)
        }
        if text.contains("might require SASL authentication") {
            return .loginExpected(at: server, settings)
        }
        if text.contains("SSL handshake failed") || text.contains("SSL transport error") {
            return .tlsFailed(with: server)
        }
        return nil
    }

    private static func network(_ text: String, _ server: String) -> ConnectionFault? {
        if text.contains("Failed to resolve") { return .hostUnknown(server) }
        if text.contains("Connection refused") { return .connectionRefused(by: server) }
        if text.contains("Connection setup timed out in state"), !text.contains("in state CONNECT") {
            return .silent(server)
        }
        let silent = [
            "Connection setup timed out", "No route to host", "Network is unreachable", "Host is unreachable",
        ]
        return silent.contains(where: text.contains) ? .unreachable(server) : nil
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
