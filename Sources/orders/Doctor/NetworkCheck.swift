import Foundation
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS
import Threads

/// The steps `dns`, `tcp` and `tls` of one server.
struct NetworkCheck {
    /// For a connection or a handshake.
    static let limit: Duration = .seconds(8)
    /// A certificate that expires within this is warned of.
    static let soon: TimeInterval = 21 * 86_400

    let host: String
    let port: Int
    /// Nil: the port is not to speak TLS.
    let tls: TLSConfiguration?
    /// Which setting names the server.
    let variable: String

    private var subject: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    func findings() async -> [DoctorFinding] {
        let name = await resolve()
        guard name.state == .ok else { return [name] }
        let connection = await connect()
        guard connection.state == .ok else { return [name, connection] }
        guard let tls else { return [name, connection] }
        return [name, connection, await handshake(tls)]
    }

    private func resolve() async -> DoctorFinding {
        let host = host
        do {
            let addresses = try await Bounded.run(Self.limit) {
                // getaddrinfo blocks.
                try await DedicatedThread(name: "doctor-dns").run { () throws -> [String] in
                    try NetworkCheck.addresses(of: host)
                }
            }
            return .ok("dns", host, addresses.joined(separator: ", "))
        } catch {
            return .failed(
                "dns", host, "the name is not known (\(error))",
                "Correct \(variable), or the name service of this machine.")
        }
    }

    private struct Unresolved: Error, CustomStringConvertible { let description: String }

    private static func addresses(of host: String) throws -> [String] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &list)
        guard code == 0 else { throw Unresolved(description: String(cString: gai_strerror(code))) }
        defer { freeaddrinfo(list) }
        var addresses: [String] = []
        var next = list
        while let entry = next, addresses.count < 8 {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            if getnameinfo(
                entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
                == 0
            {
                let address = text.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
                if !addresses.contains(address) { addresses.append(address) }
            }
            next = entry.pointee.ai_next
        }
        return addresses
    }

    private func connect() async -> DoctorFinding {
        do {
            let channel = try await bootstrap { $0.eventLoop.makeSucceededVoidFuture() }
            // It served its purpose; how it closes says nothing.
            try? await channel.close()
            return .ok("tcp", subject, "the port takes connections")
        } catch {
            return .failed(
                "tcp", subject, "no connection comes to stand (\(Self.explain(error)))",
                "Start the server, correct \(variable), or open the way there in the firewall.")
        }
    }

    private func bootstrap(
        _ prepare: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
    ) async throws -> any Channel {
        let (host, port) = (host, port)
        return try await Bounded.run(Self.limit) {
            try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(.seconds(6)).channelInitializer(prepare).connect(host: host, port: port).get()
        }
    }

    private func handshake(_ configuration: TLSConfiguration) async -> DoctorFinding {
        let leaf = await certificate()
        let now = Date()
        if let leaf {
            let (begin, end) = (leaf.validFrom, leaf.validUntil)
            if end < now {
                return .failed("tls", subject, "the certificate expired on \(Self.day(end))", "Renew it on the server.")
            }
            if begin > now {
                return .failed(
                    "tls", subject, "the certificate is valid from \(Self.day(begin)) on",
                    "Set the clock of this machine, or wait.")
            }
        }
        do {
            let context = try NIOSSLContext(configuration: configuration)
            try await shake(context, nil)
        } catch {
            return tlsFailure(error, leaf)
        }
        guard let leaf else { return .ok("tls", subject, "the chain and the host name are right") }
        let found = "the chain and the host name are right; the certificate is valid until \(Self.day(leaf.validUntil))"
        if leaf.validUntil.timeIntervalSince(now) < Self.soon {
            return .warning("tls", subject, found, "Renew it before.")
        }
        return .ok("tls", subject, found)
    }

    private func tlsFailure(_ error: any Error, _ leaf: Leaf?) -> DoctorFinding {
        let text = "\(error)"
        if text.lowercased().contains("hostname") {
            let names = leaf.map { $0.names.isEmpty ? "" : ": it is for \($0.names.joined(separator: ", "))" } ?? ""
            return .failed(
                "tls", subject, "the certificate is for another host name\(names)",
                "Name the server in \(variable) as its certificate does.")
        }
        if text.contains("CERTIFICATE_VERIFY_FAILED") {
            return .failed(
                "tls", subject, "the certificate is signed by no authority that is trusted here",
                variable == "KAFKA_BOOTSTRAP_SERVERS"
                    ? "Set KAFKA_SSL_CA_LOCATION to the file of the authority that signed it."
                    : "Install the authority's certificate on this machine.")
        }
        if leaf == nil {
            return .failed(
                "tls", subject, "the port does not speak TLS (\(Self.explain(error)))",
                "Correct the port in \(variable), or the settings that ask for TLS.")
        }
        return .failed(
            "tls", subject, "the handshake failed (\(Self.explain(error)))",
            "Check the certificate files that are set, and what the server asks for.")
    }

    static func explain(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            guard let first = error.connectionErrors.first?.error else { return "its name does not resolve" }
            return explain(first)
        case let error as IOError: return String(cString: strerror(error.errnoCode))
        case let error as ChannelError:
            if case .connectTimeout = error { return "no answer" }
            return "\(error)"
        default: return String("\(error)".prefix(200))
        }
    }

    private static func day(_ date: Date) -> String { date.formatted(.iso8601.year().month().day()) }
}

extension NetworkCheck {
    /// What a server's own certificate says.
    struct Leaf: Sendable {
        let validFrom: Date
        let validUntil: Date
        /// Its DNS names, at most five.
        let names: [String]

        init(_ certificate: NIOSSLCertificate) {
            validFrom = Date(timeIntervalSince1970: TimeInterval(certificate.notValidBefore))
            validUntil = Date(timeIntervalSince1970: TimeInterval(certificate.notValidAfter))
            names = certificate._subjectAlternativeNames().prefix(5).compactMap { name in
                guard name.nameType == .dnsName else { return nil }
                return String(decoding: name.contents, as: UTF8.self)
            }
        }
    }

    private typealias Look = @Sendable ([NIOSSLCertificate], EventLoopPromise<NIOSSLVerificationResult>) -> Void

    /// The server's certificate, whatever it is worth; nil: there is no TLS.
    private func certificate() async -> Leaf? {
        let seen = NIOLockedValueBox<Leaf?>(nil)
        do {
            let context = try NIOSSLContext(configuration: .makeClientConfiguration())
            try await shake(context) { certificates, verdict in
                seen.withLockedValue { $0 = certificates.first.map(Leaf.init) }
                verdict.succeed(.certificateVerified)
            }
        } catch {
            // What was seen before it failed is what is asked for; the handshake that counts reports its failure.
            return seen.withLockedValue { $0 }
        }
        return seen.withLockedValue { $0 }
    }

    private func shake(_ context: NIOSSLContext, _ look: Look?) async throws {
        // An address is no name for SNI; the certificate is then checked against the address.
        let isAddress = (try? SocketAddress(ipAddress: host, port: port)) != nil
        let name = isAddress ? nil : host
        let done = MultiThreadedEventLoopGroup.singleton.next().makePromise(of: Void.self)
        do {
            let channel = try await bootstrap { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler =
                        try look.map {
                            try NIOSSLClientHandler(
                                context: context, serverHostname: name, customVerificationCallback: $0)
                        } ?? NIOSSLClientHandler(context: context, serverHostname: name)
                    try channel.pipeline.syncOperations.addHandlers(handler, HandshakeWatch(done))
                }
            }
            try await Bounded.run(Self.limit) { try await done.futureResult.get() }
            // It served its purpose; how it closes says nothing.
            try? await channel.close()
        } catch {
            done.fail(error)
            throw error
        }
    }
}

/// Waits for the handshake's end.
private final class HandshakeWatch: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let done: EventLoopPromise<Void>

    init(_ done: EventLoopPromise<Void>) { self.done = done }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent { done.succeed(()) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        done.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        done.fail(ChannelError.eof)
        context.fireChannelInactive()
    }
}
