// What is said of each fault, whichever client found it.
extension ConnectionFault {
    static func mechanismRefused(by server: String, _ settings: KafkaSettings, offered: String?) -> ConnectionFault {
        let asked = settings.security.login?.mechanism.rawValue ?? "the mechanism that is set"
        let list = offered.map { "; it offers \($0)" } ?? ""
        return ConnectionFault(
            kind: .mechanismRefused, what: "the broker \(server) does not take \(asked)\(list)",
            advice: "Set KAFKA_SASL_MECHANISM to one that it offers.")
    }

    static func loginRefused(by server: String, _ settings: KafkaSettings) -> ConnectionFault {
        let flaw = settings.loginFlaw.map { " The password is suspicious: \($0)." } ?? ""
        return ConnectionFault(
            kind: .loginRefused, what: "the broker \(server) refuses the user name or the password",
            advice: "Correct \(settings.loginVariables).\(flaw)")
    }

    static func clientCertificateRefused(by server: String) -> ConnectionFault {
        ConnectionFault(
            kind: .clientCertificateRefused,
            what: "the broker \(server) does not accept this client's certificate, or got none",
            advice:
                "Set KAFKA_SSL_CERTIFICATE_LOCATION and KAFKA_SSL_KEY_LOCATION to a certificate that the broker trusts and that has not expired."
        )
    }

    static func noTLS(at server: String, isGuess: Bool) -> ConnectionFault {
        ConnectionFault(
            kind: .noTLS,
            what: isGuess
                ? "\(server) closed the connection in the TLS handshake; perhaps it does not speak TLS"
                : "\(server) does not speak TLS",
            advice:
                "Name the broker's TLS port in KAFKA_BOOTSTRAP_SERVERS, or set KAFKA_SECURITY_PROTOCOL to what that port speaks.",
            isGuess: isGuess)
    }

    static func speaksHTTP(_ server: String) -> ConnectionFault {
        ConnectionFault(
            kind: .tlsFailed, what: "\(server) speaks HTTP, not Kafka",
            advice: "Correct host and port in KAFKA_BOOTSTRAP_SERVERS: a REST endpoint is no bootstrap server.")
    }

    static func encryptionExpected(at server: String) -> ConnectionFault {
        ConnectionFault(
            kind: .encryptionExpected, what: "\(server) closed the connection, which is not encrypted",
            advice:
                "If the port speaks TLS, set KAFKA_SECURITY_PROTOCOL to SSL or SASL_SSL, or CONFLUENT_API_KEY and CONFLUENT_API_SECRET. If it is no Kafka port, correct KAFKA_BOOTSTRAP_SERVERS."
        )
    }

    static func loginExpected(at server: String, _ settings: KafkaSettings) -> ConnectionFault {
        let lacks = settings.security.tls == nil ? "is not encrypted and has not logged in" : "has not logged in"
        return ConnectionFault(
            kind: .loginExpected, what: "\(server) closed the connection, which \(lacks)",
            advice:
                "If it wants TLS or a login, set KAFKA_SECURITY_PROTOCOL, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD, or CONFLUENT_API_KEY and CONFLUENT_API_SECRET."
        )
    }

    static func tlsFailed(with server: String) -> ConnectionFault {
        ConnectionFault(
            kind: .tlsFailed, what: "the TLS handshake with \(server) failed",
            advice: "Check that KAFKA_BOOTSTRAP_SERVERS names a TLS port of a Kafka broker, and the KAFKA_SSL settings."
        )
    }

    static func hostUnknown(_ server: String) -> ConnectionFault {
        ConnectionFault(
            kind: .hostUnknown, what: "the host name of \(server) is not known",
            advice: "Correct KAFKA_BOOTSTRAP_SERVERS, or the name service of this machine.")
    }

    static func connectionRefused(by server: String) -> ConnectionFault {
        ConnectionFault(
            kind: .connectionRefused, what: "nothing listens at \(server)",
            advice: "Start the broker, or correct host and port in KAFKA_BOOTSTRAP_SERVERS.")
    }

    static func silent(_ server: String) -> ConnectionFault {
        ConnectionFault(
            kind: .unreachable, what: "\(server) takes the connection and does not answer",
            advice: "Check that KAFKA_BOOTSTRAP_SERVERS names a Kafka port, and whether that port speaks TLS.")
    }

    static func unreachable(_ server: String) -> ConnectionFault {
        ConnectionFault(
            kind: .unreachable, what: "\(server) cannot be reached",
            advice: "Correct KAFKA_BOOTSTRAP_SERVERS, or open the way there in the firewall.")
    }
}
