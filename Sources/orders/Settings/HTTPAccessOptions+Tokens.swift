import APIAccess
import AsyncHTTPClient
import Foundation
import LogLimit
import Logging
import NIOCore
import NIOPosix
import OrdersAPI

extension HTTPAccessOptions {
    /// Verifies JSON Web Tokens; nil where none are taken.
    func tokens() async throws -> TokenAuthority? {
        let source = named(keySet, "JWT_JWKS")
        let secret = secret()
        let (issuer, audience) = (named(issuer, "JWT_ISSUER"), named(audience, "JWT_AUDIENCE"))
        guard source != nil || secret != nil else {
            guard issuer == nil, audience == nil else {
                throw PlatformError(
                    "JWT_ISSUER or JWT_AUDIENCE is set, and no key to verify tokens with. Set JWT_JWKS or JWT_SECRET too."
                )
            }
            return nil
        }
        guard let issuer, let audience else {
            throw PlatformError(
                "JSON Web Tokens need JWT_ISSUER and JWT_AUDIENCE: without them a token for another service would be taken."
            )
        }
        let fetch = try source.map(Self.fetch)
        // A file that is wrong is said at the start; a URL may be out of reach just now.
        if let source, let fetch, !Self.isURL(source) {
            do {
                _ = try await TokenKeys.set(try await fetch())
            } catch {
                let reason = (error as? APIAccessError)?.description ?? error.localizedDescription
                throw PlatformError("the key set \(source) cannot be used: \(reason)")
            }
        }
        let (log, logger) = (LogLimiter(.warning, "JSON Web Tokens"), Logger(label: "api"))
        let authority = TokenAuthority(
            verifier: TokenVerifier(issuer: issuer, audience: audience),
            shared: try await secret.mapAsync { try await TokenKeys.shared(secret: $0) } ?? .none, fetch: fetch,
            report: { reason in log.log(to: logger, ["reason": "\(reason)"]) }, now: OrdersAPIService.systemClock)
        await authority.refreshIfOld()
        return authority
    }

    private func named(_ flag: String?, _ variable: String) -> String? {
        flag ?? processEnvironment[variable].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// From JWT_SECRET, into which the start puts what JWT_SECRET_FILE holds. There is no flag: process lists show
    /// flags.
    private func secret() -> [UInt8]? { named(nil, "JWT_SECRET").map { Array($0.utf8) } }

    private static func isURL(_ source: String) -> Bool { source.contains("://") }

    private static func fetch(_ source: String) throws -> TokenAuthority.Fetch {
        let maximumBytes = 1024 * 1024
        guard isURL(source) else {
            return {
                try await NIOThreadPool.singleton.runIfActive {
                    [UInt8](try Data(contentsOf: URL(fileURLWithPath: source)))
                }
            }
        }
        guard let url = URL(string: source), let host = url.host,
            url.scheme == "https" || (url.scheme == "http" && ListeningAddress.isLoopback(host))
        else {
            throw PlatformError(
                "JWT_JWKS is neither a file nor an https URL: whoever can change the keys on their way could make tokens."
            )
        }
        return {
            var request = HTTPClientRequest(url: source)
            request.headers.add(name: "Accept", value: "application/json")
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(5))
            guard response.status == .ok else {
                throw APIAccessError("\(url.host ?? "the issuer") answered \(response.status.code)")
            }
            return [UInt8](buffer: try await response.body.collect(upTo: maximumBytes))
        }
    }
}

extension Optional where Wrapped: Sendable {
    fileprivate func mapAsync<R>(_ transform: (Wrapped) async throws -> R) async throws -> R? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
