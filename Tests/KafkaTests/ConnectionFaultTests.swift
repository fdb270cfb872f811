import KafkaClient
import Testing

@testable import Kafka

/// The lines are those of librdkafka 2.0.2 with OpenSSL 3.0.
struct ConnectionFaultTests {
    @Test(
        "what the client in Swift finds is said in the same words",
        arguments: [
            (ClientError(.authentication, "the login of user \"u\" is refused: no"), ConnectionFault.Kind.loginRefused),
            (
                ClientError(.authentication, "the login is refused: PLAIN is not offered, but SCRAM-SHA-256"),
                .mechanismRefused
            ),
            (ClientError(.tls, "handshakeFailed(sslError([CERTIFICATE_VERIFY_FAILED]))"), .certificateUntrusted),
            (ClientError(.tls, "handshakeFailed(sslError([WRONG_VERSION_NUMBER]))"), .noTLS),
            (ClientError(.tls, "the connection was closed within the TLS handshake: is it a TLS port?"), .noTLS),
            (ClientError(.tls, "it has been revoked (SSLV3_ALERT_CERTIFICATE_REVOKED)"), .clientCertificateRefused),
            (ClientError(.tls, "failedToValidateHostname"), .hostNameMismatch),
            (ClientError(.resolve, "the name cannot be resolved"), .hostUnknown),
            (ClientError(.protocolViolation, "an answer of 1213486160 bytes is announced"), .tlsFailed),
            (ClientError(.protocolViolation, "an answer of 352518912 bytes is announced"), .encryptionExpected),
            (ClientError(.timedOut, "the connection did not come to stand in time"), .unreachable),
            (ClientError(.transport, "connection reset: Connection refused (errno: 111)"), .connectionRefused),
            (ClientError(.transport, "the broker closed the connection before it was ready"), .encryptionExpected),
        ])
    func ofTheClientInSwift(_ error: ClientError, _ kind: ConnectionFault.Kind) throws {
        let placed = ClientError(error.code, error.message, context: "k:9092")
        let fault = try #require(ConnectionFault(placed, settings: KafkaSettings()))
        #expect(fault.kind == kind && fault.what.contains("k:9092"), "\(fault)")
        #expect(fault.isGuess == error.message.contains("closed"))
        // What says nothing of a connection is no fault of one.
        #expect(ConnectionFault(ClientError(.state, "x"), settings: KafkaSettings()) == nil)
    }

    @Test(
        "what librdkafka says of a failed connection becomes what is wrong, where, and what to do",
        arguments: [
            (
                "sasl_ssl://kafka.example:9093/bootstrap: SASL authentication error: Authentication failed (after 5ms in state AUTH_REQ)",
                .loginRefused, "kafka.example:9093 refuses the user name or the password"
            ),
            (
                "sasl_ssl://k:9093/1: SASL SCRAM-SHA-256 mechanism handshake failed: Broker: Unsupported SASL mechanism: broker's supported mechanisms: PLAIN,SCRAM-SHA-512 (after 1ms in state AUTH_HANDSHAKE)",
                .mechanismRefused, "it offers PLAIN,SCRAM-SHA-512"
            ),
            (
                "ssl://k:9093/bootstrap: SSL handshake failed: error:0A000086:SSL routines::certificate verify failed: broker certificate could not be verified, verify that ssl.ca.location is correctly configured or root CA certificates are installed (install ca-certificates package) (after 7ms in state SSL_HANDSHAKE)",
                .certificateUntrusted, "signed by no authority"
            ),
            (
                "ssl://k:9093/bootstrap: SSL handshake failed: error:0A00010B:SSL routines::wrong version number: connecting to a PLAINTEXT broker listener? (after 1ms)",
                .noTLS, "k:9093 does not speak TLS"
            ),
            (
                "k:9093/bootstrap: Disconnected while requesting ApiVersion: might be caused by incorrect security.protocol configuration (connecting to a SSL listener?) or broker version is < 0.10",
                .encryptionExpected, "not encrypted"
            ),
            (
                "k:9093/bootstrap: Receive failed: Invalid response size 352518400 (0..100000000): increase receive.message.max.bytes",
                .encryptionExpected, "not encrypted"
            ),
            (
                "k:80/bootstrap: Receive failed: Invalid response size 1213486160 (0..100000000): increase receive.message.max.bytes",
                .tlsFailed, "speaks HTTP, not Kafka"
            ),
            (
                "ssl://k:9093/bootstrap: SSL transport error: error:0A00045C:SSL routines::tlsv13 alert certificate required",
                .clientCertificateRefused, "does not accept this client's certificate"
            ),
            (
                "nowhere.invalid:9092/bootstrap: Failed to resolve 'nowhere.invalid:9092': Name or service not known",
                .hostUnknown, "is not known"
            ),
            (
                "[thrd:127.0.0.1:1/bootstrap]: 127.0.0.1:1/bootstrap: Connect to ipv4#127.0.0.1:1 failed: Connection refused (after 0ms in state CONNECT)",
                .connectionRefused, "nothing listens"
            ),
        ] as [(String, ConnectionFault.Kind, String)])
    func lines(text: String, kind: ConnectionFault.Kind, what: String) throws {
        let fault = try #require(ConnectionFault(text, settings: KafkaSettings()))
        #expect(fault.kind == kind)
        #expect(fault.what.contains(what), "\(fault)")
        #expect(fault.advice.contains("KAFKA_"))
    }

    @Test(
        "OpenSSL's number tells why a certificate was refused",
        arguments: [
            (10, .certificateExpired), (9, .certificateNotYetValid), (62, .hostNameMismatch), (64, .hostNameMismatch),
            (18, .certificateUntrusted), (19, .certificateUntrusted), (20, .certificateUntrusted),
        ] as [(Int32, ConnectionFault.Kind)])
    func certificates(code: Int32, kind: ConnectionFault.Kind) throws {
        let line = "ssl://k:9093/b: SSL handshake failed: error:0A000086:SSL routines::certificate verify failed"
        let fault = try #require(
            ConnectionFault(
                line, settings: KafkaSettings(), certificate: CertificateProblem(code: code, depth: 0)))
        #expect(fault.kind == kind)
        #expect(fault.isPermanent)
    }

    @Test(
        "a connection that was only closed may be another one's fault: it is tried again",
        arguments: [
            "k:9093/b: Disconnected while requesting ApiVersion: might be caused by incorrect security.protocol configuration (connecting to a SSL listener?) or broker version is < 0.10",
            "k:9093/b: Disconnected: verify that security.protocol is correctly configured, broker might require SASL authentication",
            "ssl://k:9093/b: SSL handshake failed: Disconnected: connection closed by peer (after 3ms in state SSL_HANDSHAKE)",
            "ssl://k:9093/b: SSL transport error: Connection reset by peer",
        ])
    func closed(text: String) throws {
        let fault = try #require(ConnectionFault(text, settings: KafkaSettings()))
        #expect(fault.isGuess && !fault.isPermanent)
        let answered = "k:9093/b: Receive failed: Invalid response size 352518400 (0..100000000)"
        #expect(try #require(ConnectionFault(answered, settings: KafkaSettings())).isPermanent)
    }

    @Test("a password that was refused is looked at for what people copy along, without showing it")
    func flaw() throws {
        let settings = KafkaSettings(security: .saslSSL(username: "me", password: "\"S3CRET\""))
        let fault = try #require(ConnectionFault("x://k:1/b: SASL authentication error: no", settings: settings))
        #expect(fault.advice.contains("quotation marks"))
        #expect(!"\(fault)".contains("S3CRET"))
    }

    @Test("other lines are left as they are")
    func others() {
        #expect(ConnectionFault("k:9092/1: 3 request(s) timed out: disconnect", settings: KafkaSettings()) == nil)
    }

    @Test(
        "a login that broke off is not one that was refused",
        arguments: [
            "sasl_ssl://k:9093/1: SASL SCRAM-SHA-512 mechanism handshake failed: Local: Broker transport failure: broker's supported mechanisms:  (after 9ms in state AUTH_HANDSHAKE)",
            "sasl_ssl://k:9093/1: SASL authentication error: SaslAuthenticateRequest failed: Local: Timed out (after 9ms in state AUTH_REQ)",
            "sasl_ssl://k:9093/1: SASL authentication error: SaslAuthenticateRequest failed: Local: Broker handle destroyed (after 9ms in state AUTH_REQ)",
        ])
    func brokenOff(line: String) {
        #expect(ConnectionFault(line, settings: KafkaSettings()) == nil)
    }

    @Test("a fault stays while connections break at once, and goes with one that stands")
    func standing() {
        let start = ContinuousClock.now - .seconds(60)
        var status = ClientStatus()
        status.lastFault = ConnectionFault("Connection refused", settings: KafkaSettings())
        status.faultAt = start
        for step in 0..<3 {
            status.connected(true, at: start + .seconds(step))
            #expect(!status.hasStood(at: start + .seconds(step + 1)))
            status.connected(false, at: start + .seconds(step + 1))
            #expect(status.fault?.kind == .connectionRefused)
        }
        status.connected(true, at: start + .seconds(10))
        #expect(status.hasStood(at: start + .seconds(13)))
        status.connected(false, at: start + .seconds(13))
        #expect(status.fault == nil)
    }

    @Test("one fault of many clients is one line each half a minute")
    func oneLine() {
        let lines = FaultLines()
        let start = ContinuousClock.now
        #expect(lines.isNew("a", at: start))
        #expect(!lines.isNew("a", at: start + .seconds(29)))
        #expect(lines.isNew("b", at: start))
        #expect(lines.isNew("a", at: start + .seconds(30)))
        for n in 0..<1_000 { _ = lines.isNew("\(n)", at: start + .seconds(31)) }
        #expect(!lines.isNew("beyond the bound", at: start + .seconds(31)))
        #expect(lines.isNew("later", at: start + .seconds(62)))
    }
}
