import NIOCore
import SCRAM

extension KVConnection {
    /// The socket is open: the first requests. With SCRAM two more round trips follow, with PLAIN none.
    mutating func start(now: Duration) -> [Action] {
        guard phase == .idle else { return [] }
        phase = .connecting
        connectDeadline = now + settings.connectTimeout
        var bytes = ByteBuffer()
        var hello = RequestFrame(opcode: .hello, key: ByteBuffer(string: settings.agent))
        for feature in Feature.wanted { hello.value.writeInteger(feature.rawValue) }
        write(hello, into: &bytes)
        write(
            RequestFrame(opcode: .getErrorMap, value: ByteBuffer(integer: ErrorMap.newestVersion)), into: &bytes)
        if settings.isEncrypted {
            mechanism = .plain
            write(
                RequestFrame(
                    opcode: .saslAuth, key: ByteBuffer(string: SASLMechanism.plain.rawValue),
                    value: ByteBuffer(bytes: SASLMechanism.plainMessage(settings.credentials))), into: &bytes)
            writeSelection(into: &bytes)
        } else {
            write(RequestFrame(opcode: .saslListMechanisms), into: &bytes)
        }
        return [.send(bytes)]
    }

    /// One of the connection's own requests. Its parts are short, so it always fits a frame.
    mutating func write(_ request: RequestFrame, into bytes: inout ByteBuffer) {
        var request = request
        request.opaque = takeOpaque()
        control[request.opaque] = request.opcode
        do {
            try request.encode(into: &bytes)
        } catch {
            preconditionFailure("\(request.opcode) does not fit a frame: \(error)")
        }
    }

    private mutating func writeSelection(into bytes: inout ByteBuffer) {
        if let bucket = settings.bucket {
            write(RequestFrame(opcode: .selectBucket, key: ByteBuffer(string: bucket)), into: &bytes)
        }
        write(RequestFrame(opcode: .getClusterConfig), into: &bytes)
    }

    mutating func bootstrap(_ response: ResponseFrame, to opcode: Opcode) -> [Action] {
        switch (opcode, response.status) {
        case (.hello, .success):
            var value = response.value
            while let feature = value.readInteger(as: UInt16.self) { features.insert(Feature(rawValue: feature)) }
            return []
        case (.hello, _):
            return refuse(.unsupportedOperation, "\(settings.host) knows no features: it is too old", response)
        // Without a map the client knows what it knows.
        case (.getErrorMap, _):
            if response.status == .success { errorMap = ErrorMap(json: response.value) }
            return []
        case (.saslListMechanisms, .success):
            mechanismList = String(buffer: response.value)
            return authenticate()
        case (.saslAuth, .success): return []
        case (.saslAuth, .authContinue): return answerChallenge(String(buffer: response.value))
        case (.saslStep, .success): return verify(String(buffer: response.value))
        case (.saslAuth, .authError), (.saslStep, _):
            return refuse(
                .authenticationFailure, "\(settings.host) refuses \(settings.credentials): wrong name or password",
                response)
        case (.saslAuth, _) where mechanism != .plain:
            if let mechanism { refusedMechanisms.insert(mechanism) }
            return authenticate()
        case (.saslAuth, _), (.saslListMechanisms, _):
            return refuse(.authenticationFailure, "\(settings.host) does not authenticate anyone", response)
        case (.selectBucket, .success): return []
        case (.selectBucket, _):
            return refuse(
                .bucketNotFound,
                "there is no bucket \"\(settings.bucket ?? "")\", or \(settings.credentials) may not use it", response)
        case (.getClusterConfig, .success): return firstConfig(response)
        default:
            return refuse(.connectionFailure, "\(settings.host) does not give the cluster's configuration", response)
        }
    }

    private mutating func refuse(
        _ code: CouchbaseError.Code, _ message: String, _ response: ResponseFrame
    ) -> [Action] { close(CouchbaseError(code, message, status: response.status.rawValue)) }

    private mutating func authenticate() -> [Action] {
        guard let next = SASLMechanism.strongest(of: mechanismList, refused: refusedMechanisms), let hash = next.hash
        else {
            return close(
                CouchbaseError(
                    .authenticationFailure,
                    "\(settings.host) offers no SCRAM mechanism that works (\(mechanismList)); "
                        + "a password is sent as it is over TLS only"))
        }
        mechanism = next
        let credentials = settings.credentials
        let client = SCRAMClient(
            hash: hash, username: credentials.username, password: credentials.password, nonce: settings.nonce)
        scram = client
        var bytes = ByteBuffer()
        write(
            RequestFrame(
                opcode: .saslAuth, key: ByteBuffer(string: next.rawValue),
                value: ByteBuffer(string: client.firstMessage)), into: &bytes)
        return [.send(bytes)]
    }

    private mutating func answerChallenge(_ challenge: String) -> [Action] {
        guard let client = scram else {
            return close(CouchbaseError(.protocolViolation, "\(settings.host) challenges a plain password"))
        }
        return [.solve(SCRAMTask(client: client, challenge: challenge))]
    }

    /// The server's challenge has its answer.
    mutating func solved(_ result: Result<SCRAMTask.Answer, SCRAMError>) -> [Action] {
        guard phase == .connecting, scram != nil, let mechanism else { return [] }
        switch result {
        case .success(let answer):
            scram = answer.client
            var bytes = ByteBuffer()
            write(
                RequestFrame(
                    opcode: .saslStep, key: ByteBuffer(string: mechanism.rawValue),
                    value: ByteBuffer(string: answer.message)),
                into: &bytes)
            writeSelection(into: &bytes)
            return [.send(bytes)]
        case .failure(let error):
            return close(CouchbaseError(.authenticationFailure, "\(settings.host): \(error)"))
        }
    }

    private mutating func verify(_ serverFinal: String) -> [Action] {
        do throws(SCRAMError) {
            try scram?.verify(serverFinal)
            scram = nil
            return []
        } catch {
            return close(CouchbaseError(.authenticationFailure, "\(settings.host): \(error)"))
        }
    }

    private mutating func firstConfig(_ response: ResponseFrame) -> [Action] {
        // Whoever skips the authentication gets no operations.
        guard scram == nil else {
            return close(CouchbaseError(.protocolViolation, "\(settings.host) did not finish the authentication"))
        }
        do throws(ConfigError) {
            let config = try config(response)
            phase = .ready
            connectDeadline = nil
            return [.config(config), .ready]
        } catch {
            return close(CouchbaseError(.protocolViolation, "\(settings.host): \(error)"))
        }
    }
}
