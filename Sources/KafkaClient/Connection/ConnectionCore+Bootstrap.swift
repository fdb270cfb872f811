import KafkaProtocol
import NIOCore
import SCRAM

/// What a connection does before it takes requests.
extension ConnectionCore {
    private static let softwareName = "swift-kafka-client"
    private static let softwareVersion = "1.0"

    /// The socket is connected, and TLS's handshake is done.
    /// - Parameter nonce: new for each connection, and not to be guessed: SCRAM depends on it.
    mutating func opened(nonce: String) -> [Event] {
        phase = .versions
        self.nonce = nonce
        return [askVersions(ApiVersionsRequest.api.versions.upperBound)]
    }

    /// An answer to one of the connection's own requests.
    mutating func takeControl(_ correlationID: Int32, _ reader: WireReader) throws(ClientError) -> [Event] {
        guard let (expected, version) = control, expected == correlationID else {
            throw violation("an answer came to no request")
        }
        control = nil
        do throws(WireError) {
            switch phase {
            case .versions: return try versionsAnswered(reader, version)
            case .handshake: return try handshakeAnswered(read(reader, version))
            case .authenticating: return try authenticateAnswered(read(reader, version))
            case .opening, .ready, .closed: return []
            }
        } catch {
            throw violation("\(error)")
        }
    }

    // MARK: Versions

    private mutating func askVersions(_ version: Int16) -> Event {
        write(
            ApiVersionsRequest {
                $0.clientSoftwareName = Self.softwareName
                $0.clientSoftwareVersion = Self.softwareVersion
            }, version)
    }

    private mutating func versionsAnswered(_ reader: WireReader, _ version: Int16) throws(WireError) -> [Event] {
        var peek = reader
        guard try peek.int16() == ErrorCode.unsupportedVersion.rawValue else {
            let answer: ApiVersionsResponse = try read(reader, version)
            guard answer.errorCode == .none else { return [fail(ClientError(answer.errorCode))] }
            offer(answer)
            return logIn()
        }
        // The broker knows older versions only. It says so in the layout of version 0, and which it knows. Some say it in
        // the layout that they were asked in, which they do not know (librdkafka's mock cluster). They are asked in
        // version 0, which every broker has.
        let answer: ApiVersionsResponse? = try? read(reader, 0)
        let theirs = answer?.apis.first { $0.apiKey == ApiVersionsRequest.api.key }
        let next = min(theirs?.maxVersion ?? 0, ApiVersionsRequest.api.versions.upperBound)
        guard next >= 0, next < version else {
            return [fail(ClientError(.unsupportedFeature, "the broker offers no version of ApiVersions"))]
        }
        return [askVersions(next)]
    }

    private mutating func offer(_ answer: ApiVersionsResponse) {
        for api in answer.apis where api.minVersion <= api.maxVersion {
            offered[api.apiKey] = api.minVersion...api.maxVersion
        }
        features = ClusterFeatures(answer)
    }

    // MARK: Login

    private mutating func logIn() -> [Event] {
        guard let sasl = settings.sasl else { return becomeReady(lifetime: nil) }
        guard (version(of: SaslHandshakeRequest.api) ?? 0) >= 1, version(of: SaslAuthenticateRequest.api) != nil else {
            return [fail(ClientError(.unsupportedFeature, "the broker does not offer SASL's messages"))]
        }
        phase = .handshake
        return [write(SaslHandshakeRequest { $0.mechanism = sasl.mechanism.rawValue }, 1)]
    }

    private mutating func handshakeAnswered(_ answer: SaslHandshakeResponse) -> [Event] {
        guard let sasl = settings.sasl else { return [] }
        guard answer.errorCode == .none else {
            let offered = answer.mechanisms.isEmpty ? "nothing" : answer.mechanisms.joined(separator: ", ")
            return [refused("\(sasl.mechanism.rawValue) is not offered, but \(offered)")]
        }
        phase = .authenticating
        guard let hash = SCRAMHash(mechanism: sasl.mechanism.rawValue) else {
            isServerVerified = true
            var message = ByteBuffer()
            message.writeString("\0\(sasl.username)\0\(sasl.password.reveal())")
            return [authenticate(message)]
        }
        let client = SCRAMClient(
            hash: hash, username: sasl.username, password: sasl.password.reveal(), nonce: nonce)
        scram = client
        return [authenticate(ByteBuffer(string: client.firstMessage))]
    }

    private mutating func authenticate(_ message: ByteBuffer) -> Event {
        write(
            SaslAuthenticateRequest { $0.authBytes = message }, version(of: SaslAuthenticateRequest.api) ?? 0)
    }

    private mutating func authenticateAnswered(_ answer: SaslAuthenticateResponse) -> [Event] {
        guard answer.errorCode == .none else { return [refused(answer.errorMessage ?? answer.errorCode.name)] }
        guard let client = scram else { return loggedIn(answer) }
        let message = String(buffer: answer.authBytes)
        guard !isServerVerified else { return [fail(violation("the login goes on after its end"))] }
        guard isChallengeSolved else { return [.solve(SCRAMTask(client: client, challenge: message))] }
        do throws(SCRAMError) {
            try client.verify(message)
        } catch {
            return [refused("\(error)")]
        }
        isServerVerified = true
        return loggedIn(answer)
    }

    /// The broker's challenge has its answer.
    mutating func solved(_ result: Result<SCRAMTask.Answer, SCRAMError>) -> [Event] {
        guard phase == .authenticating, !isChallengeSolved else { return [] }
        switch result {
        case .success(let answer):
            scram = answer.client
            isChallengeSolved = true
            return [authenticate(ByteBuffer(string: answer.message))]
        case .failure(let error): return [refused("\(error)")]
        }
    }

    private mutating func loggedIn(_ answer: SaslAuthenticateResponse) -> [Event] {
        guard isServerVerified else { return [fail(violation("the broker skips the proof of the password"))] }
        scram = nil
        return becomeReady(
            lifetime: answer.sessionLifetimeMilliseconds > 0 ? answer.sessionLifetimeMilliseconds : nil)
    }

    private mutating func becomeReady(lifetime: Int64?) -> [Event] {
        phase = .ready
        return [.ready(lifetime: lifetime)]
    }

    private func refused(_ reason: String) -> Event {
        let user = settings.sasl.map { " of user \"\($0.username)\"" } ?? ""
        return fail(ClientError(.authentication, "the login\(user) is refused: \(reason)", isRetriable: false))
    }

    // MARK: Messages

    private mutating func write(_ body: some KafkaRequest, _ version: Int16) -> Event {
        let correlationID = takeCorrelationID()
        control = (correlationID, version)
        return .send(
            WireFrame.joined(WireFrame.request(body, version: version, correlationID: correlationID)))
    }

    private func read<Body: KafkaMessage>(_ reader: WireReader, _ version: Int16) throws(WireError) -> Body {
        var reader = reader
        return try WireFrame.body(from: &reader, version: version)
    }
}
