import APIAccess
import HTTPTypes
import Hummingbird
import NIOCore

extension AccessControl {
    /// So long the answer to credentials that fail again and again is held back.
    private static let delay: Duration = .seconds(1)
    /// So many at a time; beyond them answers come at once, which costs less than to hold more.
    private static let maximumDelayed = 256

    /// Looks at what a request carries: `Authorization: Bearer`, `X-API-Key`, or the dashboard's cookie.
    func identify(_ request: Request, _ context: APIContext) async -> Identity {
        guard isRequired else { return .caller(.local, session: nil) }
        if let credential = Self.credential(of: request.headers) {
            switch await caller(presenting: credential) {
            case .success(let caller): return .caller(caller, session: nil)
            case .failure(let refused): return await failed(refused, from: context)
            }
        }
        if let session = SessionCookie.id(in: request.headers), let caller = caller(ofSession: session) {
            return .caller(caller, session: session)
        }
        return .nobody
    }

    /// A failed attempt: counted, and answered late after too many.
    func failed(_ refused: Refused, from context: APIContext) async -> Identity {
        switch throttle.failed(from: context.clientAddress, at: now()) {
        case .answer: return .refused(refused, retryAfterSeconds: nil)
        case .slowDown(let seconds):
            let hasRoom = delayed.withLock { count in
                guard count < Self.maximumDelayed else { return false }
                count += 1
                return true
            }
            if hasRoom {
                // A client that goes away or a stop ends the wait; there is nothing to do about it.
                try? await Task.sleep(for: Self.delay)
                delayed.withLock { $0 -= 1 }
            }
            return .refused(refused, retryAfterSeconds: seconds)
        }
    }

    /// nil where there are no credentials. A scheme that is not known counts as wrong ones.
    static func credential(of headers: HTTPFields) -> String? {
        if let authorization = headers[.authorization] {
            let parts = authorization.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
            guard parts.count == 2, parts[0].lowercased() == "bearer" else { return "" }
            return parts[1].trimmingCharacters(in: [" "])
        }
        return headers[.apiKey]
    }
}

extension APIContext {
    /// The other end of the connection, for counting: an IPv4 address, or the network (/64) of an IPv6 one, whose
    /// addresses are all one host's to choose from.
    var clientAddress: String {
        switch channel.remoteAddress {
        case .v4(let address): return address.host.isEmpty ? channel.remoteAddress?.ipAddress ?? "-" : address.host
        case .v6(let address):
            let bytes = withUnsafeBytes(of: address.address.sin6_addr) { Array($0.prefix(8)) }
            return bytes.map { String($0, radix: 16) }.joined(separator: ":") + "::/64"
        default: return "-"
        }
    }
}

extension HTTPField.Name {
    static let apiKey = Self("X-API-Key")!
}
