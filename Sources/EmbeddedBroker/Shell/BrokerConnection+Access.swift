import BrokerAccess
import BrokerCore
import BrokerRights
import KafkaProtocol
import NIOCore
import NIOPosix

/// Requests of the secured listener: the login first, then what the user may do.
extension BrokerConnection {
    /// Also how a client ends that is closed just then.
    static let goneInHandshake =
        "it went away during the TLS handshake, as clients do that do not trust the certificate"

    /// A request and its place have been taken; it is answered now or later.
    func pass(_ request: some ServedRequest, _ context: RequestContext, _ access: ConnectionAccess) {
        switch request {
        case let handshake as SaslHandshakeRequest:
            finish(context.token.number, access.handshake(handshake, version: context.header.version))
        case let message as SaslAuthenticateRequest:
            guard let outcome = access.step(Array(message.authBytes.readableBytesView)) else {
                return finish(
                    context.token.number,
                    SaslAuthenticateResponse {
                        $0.errorCode = .illegalSaslState
                        $0.errorMessage = "SaslAuthenticate comes after SaslHandshake"
                    })
            }
            carryOut(outcome, .request(context.token.number), access)
        case is ApiVersionsRequest: server.handle(request, context)
        default:
            guard let user = access.user else {
                return close(
                    reason: "it sent \(context.header.api) before it logged in: set security.protocol to SASL_SSL")
            }
            guard !access.isExpired else { return close(reason: "its session is over and it did not log in again") }
            serve(request, context, server.gate(.user(user.name), access.security))
        }
    }

    /// Serves what the gate lets through.
    private func serve<Request: ServedRequest>(_ request: Request, _ context: RequestContext, _ gate: AccessGate) {
        switch request.admitted(gate) {
        case .serve(let rest, nil): server.handle(rest, context)
        case .serve(let rest, let complete?):
            completeAnswer(context.token.number) { body in
                guard var answer = body as? Request.Response else { return nil }
                complete(&answer)
                return answer
            }
            server.handle(rest, context)
        case .refuse(let answer): finish(context.token.number, answer)
        case .close(let reason): close(reason: reason)
        }
    }

    // MARK: The login

    /// How the client sent a message of its login, and gets the answer.
    enum LoginReply {
        /// The request with this number.
        case request(UInt64)
        /// A frame without a header, after a handshake of version 0.
        case token
    }

    func takeToken(_ frame: ByteBuffer, _ access: ConnectionAccess) {
        guard let outcome = access.step(Array(frame.readableBytesView)) else { return }
        carryOut(outcome, .token, access)
    }

    private func carryOut(_ outcome: ConnectionAccess.Outcome, _ reply: LoginReply, _ access: ConnectionAccess) {
        switch outcome {
        case .answer(let bytes):
            switch reply {
            case .token: writeToken(bytes)
            case .request(let number):
                let lifetime = access.isLoggedIn ? access.lifetimeMilliseconds : 0
                finish(
                    number,
                    SaslAuthenticateResponse {
                        $0.authBytes = ByteBuffer(bytes: bytes)
                        $0.sessionLifetimeMilliseconds = lifetime
                    })
            }
        case .check(let check): run(check, reply, access)
        case .failed(let reason): fail(reason, reply, access)
        }
    }

    /// Off the event loop: it takes milliseconds.
    private func run(_ check: PasswordCheck, _ reply: LoginReply, _ access: ConnectionAccess) {
        let bound = NIOLoopBound((self, reply, access), eventLoop: server.eventLoop)
        NIOThreadPool.singleton.runIfActive(eventLoop: server.eventLoop) { check.run() }.whenComplete { result in
            let (connection, reply, access) = bound.value
            // The pool ends with the process only; a check that was not done is not passed.
            let isRight = (try? result.get()) ?? false
            connection.carryOut(access.checked(check, isRight: isRight), reply, access)
            connection.resume()
        }
    }

    /// The answer waits, longer with each failure of the address; then the connection ends.
    private func fail(_ reason: String, _ reply: LoginReply, _ access: ConnectionAccess) {
        let delay = access.security.failedLogin(
            access.address, now: Int64(NIODeadline.now().uptimeNanoseconds / 1_000_000))
        // Now: a client that goes first would leave nothing to be said later.
        noteEnd(reason)
        server.eventLoop.assumeIsolated().scheduleTask(in: delay) { [self] in
            if case .request(let number) = reply {
                finish(
                    number,
                    SaslAuthenticateResponse {
                        $0.errorCode = .saslAuthenticationFailed
                        $0.errorMessage = access.failureMessage
                    })
            }
            // Some clients drop an answer that comes together with the end of the connection.
            server.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(500)) { [self] in close(reason: nil) }
        }
    }

    /// Users have changed: who is gone, or has another password, has to log in again.
    func usersChanged() {
        if let access, !access.isCurrent { close(reason: "its user was removed or has another password") }
    }
}
