import KafkaProtocol
import NIOCore
import SCRAM
import Testing
import TestSupport

@testable import KafkaClient

@Suite struct ConnectionCoreTests {
    private func connection(sasl: ClusterSecurity.SASL? = nil, limit: Int = 1 << 20) -> ConnectionCore {
        ConnectionCore(
            settings: .init(name: "broker:9092", sasl: sasl, unansweredBytesLimit: limit, answerBytesLimit: 1 << 20))
    }

    private func sent(_ events: [ConnectionCore.Event]) -> [ByteBuffer] {
        events.compactMap { if case .send(let bytes) = $0 { bytes } else { nil } }
    }

    private func failure(_ events: [ConnectionCore.Event]) -> ClientError? {
        events.lazy.compactMap { if case .failed(let error) = $0 { error } else { nil } }.first
    }

    private func isReady(_ events: [ConnectionCore.Event]) -> Bool {
        events.contains { if case .ready = $0 { true } else { false } }
    }

    private struct Header: Equatable {
        var api: Int16
        var version: Int16
        var correlation: Int32

        init(_ api: Int16, _ version: Int16, _ correlation: Int32) {
            (self.api, self.version, self.correlation) = (api, version, correlation)
        }
    }

    private func header(_ frame: ByteBuffer) -> Header {
        Header(frame.getInteger(at: 4)!, frame.getInteger(at: 6)!, frame.getInteger(at: 8)!)
    }

    private func versions(
        _ apis: [API] = [HeartbeatRequest.api, SaslHandshakeRequest.api, SaslAuthenticateRequest.api]
    )
        -> ApiVersionsResponse
    {
        ApiVersionsResponse {
            $0.apis = apis.map { api in
                .init { ($0.apiKey, $0.minVersion, $0.maxVersion) = (api.key, 0, api.versions.upperBound) }
            }
        }
    }

    private func frame(_ body: some KafkaMessage, _ version: Int16, _ correlation: Int32) -> ByteBuffer {
        WireFrame.joined(WireFrame.response(body, version: version, correlationID: correlation))
    }

    @Test func aConnectionAsksForVersionsAndIsReadyWithTheAnswer() throws {
        var connection = connection()
        let first = try #require(sent(connection.opened(nonce: "n")).first)
        #expect(header(first) == Header(18, 3, 0))
        #expect(!connection.hasRoom)
        #expect(isReady(connection.received(frame(versions(), 3, 0))))
        #expect(connection.version(of: HeartbeatRequest.api) == HeartbeatRequest.api.versions.upperBound)
        #expect(connection.version(of: ProduceRequest.api) == nil)
        #expect(connection.hasRoom)
    }

    @Test func aBrokerThatKnowsOlderVersionsOnlyIsAskedAgainInOneOfThose() throws {
        var connection = connection()
        _ = connection.opened(nonce: "n")
        let refusal = ApiVersionsResponse {
            $0.errorCode = .unsupportedVersion
            $0.apis = [.init { ($0.apiKey, $0.minVersion, $0.maxVersion) = (18, 0, 1) }]
        }
        let again = try #require(sent(connection.received(frame(refusal, 0, 0))).first)
        #expect(header(again) == Header(18, 1, 1))
        #expect(isReady(connection.received(frame(versions(), 1, 1))))
    }

    /// As librdkafka's mock cluster refuses version 3: the answer has the fields of version 3, and those not quite.
    @Test func aBrokerWhoseRefusalCannotBeReadIsAskedInVersionZero() throws {
        var connection = connection()
        _ = connection.opened(nonce: "n")
        let refusal = ByteBuffer(hex: "00000011" + "00000000" + "00230100120000000200000000")
        let again = try #require(sent(connection.received(refusal)).first)
        #expect(header(again) == Header(18, 0, 1))
        #expect(isReady(connection.received(frame(versions(), 0, 1))))
    }

    @Test func aBrokerThatRefusesVersionZeroIsLeft() {
        var connection = connection()
        _ = connection.opened(nonce: "n")
        let refusal = ApiVersionsResponse { $0.errorCode = .unsupportedVersion }
        _ = connection.received(frame(refusal, 0, 0))
        #expect(failure(connection.received(frame(refusal, 0, 1)))?.code == .unsupportedFeature)
    }

    @Test func theVersionIsTheNewestThatBothHave() {
        var connection = connection()
        _ = connection.opened(nonce: "n")
        let answer = ApiVersionsResponse {
            $0.apis = [
                .init { ($0.apiKey, $0.minVersion, $0.maxVersion) = (HeartbeatRequest.api.key, 0, 99) },
                .init { ($0.apiKey, $0.minVersion, $0.maxVersion) = (ProduceRequest.api.key, 50, 60) },
            ]
        }
        _ = connection.received(frame(answer, 3, 0))
        #expect(connection.version(of: HeartbeatRequest.api) == HeartbeatRequest.api.versions.upperBound)
        #expect(connection.version(of: ProduceRequest.api) == nil)
    }

    @Test func answersArePairedWithRequestsHoweverTheBytesAreCut() {
        var connection = connection()
        _ = connection.opened(nonce: "n")
        _ = connection.received(frame(versions(), 3, 0))
        var bytes = ByteBuffer()
        for number in 0..<5 {
            let correlation = connection.takeCorrelationID()
            connection.wrote(
                .init(
                    request: RequestID(number: UInt64(number)), correlationID: correlation, version: 4, bytes: 10,
                    deadline: 0))
            bytes.writeImmutableBuffer(
                frame(HeartbeatResponse { $0.throttleTimeMilliseconds = Int32(number) }, 4, correlation))
        }
        var answered: [UInt64] = []
        while let part = bytes.readSlice(length: min(3, bytes.readableBytes)), part.readableBytes > 0 {
            for event in connection.received(part) {
                guard case .answered(let request, var reader) = event else { continue }
                let body: HeartbeatResponse? = try? WireFrame.body(from: &reader, version: 4)
                #expect(body?.throttleTimeMilliseconds == Int32(request.request.number))
                answered.append(request.request.number)
            }
        }
        #expect(answered == [0, 1, 2, 3, 4])
        #expect(connection.unansweredBytes == 0)
    }

    @Test func anAnswerToAnotherRequestEndsTheConnection() {
        var connection = connection()
        _ = connection.opened(nonce: "n")
        _ = connection.received(frame(versions(), 3, 0))
        let correlation = connection.takeCorrelationID()
        connection.wrote(
            .init(request: RequestID(number: 1), correlationID: correlation, version: 4, bytes: 1, deadline: 0))
        let events = connection.received(frame(HeartbeatResponse(), 4, correlation + 1))
        #expect(failure(events)?.code == .protocolViolation)
    }

    /// As librdkafka's mock cluster answers FindCoordinator with an error.
    @Test func nullWhereTheProtocolHasNoneIsReadAsNothing() throws {
        var connection = connection()
        _ = connection.opened(nonce: "n")
        _ = connection.received(frame(versions(), 3, 0))
        let correlation = connection.takeCorrelationID()
        connection.wrote(
            .init(
                request: RequestID(number: 1), correlationID: correlation, version: 2, bytes: 10, deadline: 0))
        var answer = ByteBuffer()
        answer.writeMultipleIntegers(Int32(24), correlation, Int32(0), ErrorCode.coordinatorNotAvailable.rawValue)
        // Null for the message and for the host, of which only the first may be.
        answer.writeMultipleIntegers(Int16(-1), Int32(-1), Int16(-1), Int32(-1))
        answer.setInteger(Int32(answer.readableBytes - 4), at: 0)
        let events = connection.received(answer)
        var body: FindCoordinatorResponse?
        for case .answered(_, var reader) in events { body = try WireFrame.body(from: &reader, version: 2) }
        #expect(body?.errorCode == .coordinatorNotAvailable && body?.host == "")
    }

    @Test func anAnswerThatIsTooLargeEndsTheConnectionBeforeItComes() {
        var connection = connection()
        _ = connection.opened(nonce: "n")
        #expect(failure(connection.received(ByteBuffer(integer: Int32(2 << 20))))?.code == .protocolViolation)
        var other = self.connection()
        _ = other.opened(nonce: "n")
        #expect(failure(other.received(ByteBuffer(integer: Int32(-1))))?.code == .protocolViolation)
    }

    @Test func unansweredBytesAreBoundedButOneRequestAlwaysGoes() {
        var connection = connection(limit: 100)
        _ = connection.opened(nonce: "n")
        _ = connection.received(frame(versions(), 3, 0))
        let first = connection.takeCorrelationID()
        connection.wrote(
            .init(request: RequestID(number: 1), correlationID: first, version: 4, bytes: 500, deadline: 0))
        #expect(!connection.hasRoom)
        _ = connection.received(frame(HeartbeatResponse(), 4, first))
        #expect(connection.hasRoom)
    }

    // MARK: Login

    private func login(_ mechanism: ClusterSecurity.SASL.Mechanism) -> ClusterSecurity.SASL {
        .init(mechanism: mechanism, username: "ann", password: "secret")
    }

    @Test func plainSendsNameAndPasswordOnceTheMechanismIsAccepted() throws {
        var connection = connection(sasl: login(.plain))
        _ = connection.opened(nonce: "n")
        let handshake = try #require(sent(connection.received(frame(versions(), 3, 0))).first)
        #expect(header(handshake) == Header(17, 1, 1))
        let authenticate = try #require(sent(connection.received(frame(SaslHandshakeResponse(), 1, 1))).first)
        #expect(header(authenticate) == Header(36, 2, 2))
        #expect(String(buffer: authenticate).contains("\0ann\0secret"))
        let answer = SaslAuthenticateResponse { $0.sessionLifetimeMilliseconds = 60_000 }
        let events = connection.received(frame(answer, 2, 2))
        guard case .ready(let lifetime)? = events.first else {
            Issue.record("that did not come")
            return
        }
        #expect(lifetime == 60_000)
    }

    @Test func aRefusedLoginIsSaidWithTheBrokersReasonAndWithoutThePassword() throws {
        var connection = connection(sasl: login(.plain))
        _ = connection.opened(nonce: "n")
        _ = connection.received(frame(versions(), 3, 0))
        _ = connection.received(frame(SaslHandshakeResponse(), 1, 1))
        let answer = SaslAuthenticateResponse {
            $0.errorCode = .saslAuthenticationFailed
            $0.errorMessage = "no such user"
        }
        let error = try #require(failure(connection.received(frame(answer, 2, 2))))
        #expect(error.code == .authentication)
        #expect(error.message.contains("no such user"))
        #expect(!"\(error)".contains("secret"))
        #expect(!error.isRetriable)
    }

    private func message(_ frame: ByteBuffer) throws -> String {
        var reader = WireReader(frame.getSlice(at: 4, length: frame.readableBytes - 4)!)
        _ = try RequestHeader(from: &reader) { _ in SaslAuthenticateRequest.api }
        return String(buffer: try SaslAuthenticateRequest(from: &reader).authBytes)
    }

    private func answer(_ text: String, _ correlation: Int32) -> ByteBuffer {
        frame(SaslAuthenticateResponse { $0.authBytes = ByteBuffer(string: text) }, 2, correlation)
    }

    @Test func scramProvesThePasswordOnBothSides() throws {
        let verifier = SCRAMVerifier(hash: .sha256, password: "secret", salt: Array("salt".utf8), iterations: 4096)
        var connection = connection(sasl: login(.scramSHA256))
        _ = connection.opened(nonce: "nonce")
        _ = connection.received(frame(versions(), 3, 0))
        let first = try #require(sent(connection.received(frame(SaslHandshakeResponse(), 1, 1))).first)
        var server = try SCRAMServer(first: message(first), nonce: "server")
        #expect(server.username == "ann")
        let events = connection.received(answer(server.challenge(with: verifier), 2))
        guard case .solve(let task)? = events.first else {
            Issue.record("that did not come")
            return
        }
        let proof = try #require(sent(connection.solved(task.run())).first)
        let end = try server.finalMessage(answering: message(proof))
        #expect(isReady(connection.received(answer(end, 3))))
    }

    @Test func aBrokerThatSkipsTheProofOfThePasswordIsLeft() {
        var connection = connection(sasl: login(.scramSHA512))
        _ = connection.opened(nonce: "nonce")
        _ = connection.received(frame(versions(), 3, 0))
        _ = connection.received(frame(SaslHandshakeResponse(), 1, 1))
        let challenge = SaslAuthenticateResponse {
            $0.authBytes = ByteBuffer(string: "r=nonceXYZ,s=c2FsdA==,i=4096")
        }
        let events = connection.received(frame(challenge, 2, 2))
        guard case .solve(let task)? = events.first else {
            Issue.record("that did not come")
            return
        }
        #expect(sent(connection.solved(task.run())).count == 1)
        let end = SaslAuthenticateResponse { $0.authBytes = ByteBuffer(string: "v=AAAA") }
        #expect(failure(connection.received(frame(end, 2, 3)))?.code == .authentication)
    }
}
