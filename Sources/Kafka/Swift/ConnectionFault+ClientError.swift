import KafkaClient

extension ConnectionFault {
    /// What the error of a connection means. Nil: it says nothing that is known here.
    ///
    /// Pure. Source of the words: the module KafkaClient, BoringSSL's reasons and the texts of NIO and NIOSSL.
    init?(_ error: ClientError, settings: KafkaSettings) {
        let server = error.context ?? settings.bootstrapServers
        let text = error.message
        let found: ConnectionFault? =
            switch error.code {
            case .authentication:
                text.contains("is not offered")
                    ? .mechanismRefused(by: server, settings, offered: Self.offered(text))
                    : .loginRefused(by: server, settings)
            case .tls: Self.tls(text, server)
            case .resolve: .hostUnknown(server)
            case .protocolViolation: Self.noKafka(text, server)
            case .timedOut: text.contains("did not come to stand") ? .silent(server) : nil
            case .transport: Self.network(text, server, settings)
            default: nil
            }
        guard let found else { return nil }
        self = found
    }

    private static func offered(_ text: String) -> String? {
        text.firstRange(of: "is not offered, but ").map { String(text[$0.upperBound...]) }
    }

    private static func tls(_ text: String, _ server: String) -> ConnectionFault {
        if text.contains("closed within the TLS handshake") { return .noTLS(at: server, isGuess: true) }
        if text.contains("WRONG_VERSION_NUMBER") { return .noTLS(at: server, isGuess: false) }
        if text.contains("ALERT") { return .clientCertificateRefused(by: server) }
        if text.contains("failedToValidateHostname") || text.contains("for another host name") {
            return CertificateProblem(code: 62, depth: 0).fault(of: server)
        }
        guard text.contains("CERTIFICATE_VERIFY_FAILED") else { return .tlsFailed(with: server) }
        return ConnectionFault(
            kind: .certificateUntrusted,
            what: "the certificate of \(server) has expired, or is signed by no authority that is trusted here",
            advice:
                "Renew it on the broker, set KAFKA_SSL_CA_LOCATION to the file of the authority that signed it, or set the clock of this machine."
        )
    }

    /// The first bytes of what came in place of a size: "HTTP", and those of a TLS alert.
    private static func noKafka(_ text: String, _ server: String) -> ConnectionFault? {
        if text.contains("1213486160") { return .speaksHTTP(server) }
        return text.contains("an answer of 35251") ? .encryptionExpected(at: server) : nil
    }

    private static func network(_ text: String, _ server: String, _ settings: KafkaSettings) -> ConnectionFault? {
        if text.contains("Connection refused") { return .connectionRefused(by: server) }
        if text.contains("before it was ready") {
            var guess: ConnectionFault =
                settings.security.tls == nil && settings.security.login == nil
                ? .encryptionExpected(at: server) : .loginExpected(at: server, settings)
            guess.isGuess = true
            return guess
        }
        let silent = ["connectTimeout", "No route to host", "Network is unreachable", "Host is unreachable"]
        return silent.contains(where: text.contains) ? .unreachable(server) : nil
    }
}
