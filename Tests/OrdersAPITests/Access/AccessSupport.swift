import APIAccess
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import OrderEvents
import Synchronization

@testable import OrdersAPI

/// A server's access control with a file of keys, one for each scope, and a clock that a test moves.
struct Access: Sendable {
    let directory: TemporaryDirectory
    let file: KeyFile
    let keys: WatchedKeys
    let control: AccessControl
    let read: APIKeyText
    let write: APIKeyText
    let operate: APIKeyText
    let all: APIKeyText
    let clock = Clock()

    final class Clock: Sendable {
        private let time = Mutex(Sample.now)
        var now: Timestamp { time.withLock { $0 } }
        func wait(seconds: Int64) { time.withLock { $0 = $0.advanced(byMilliseconds: seconds * 1_000) } }
    }

    init(limits: [Scope: RateLimit] = [:], tokens: TokenAuthority? = nil) throws {
        let directory = try TemporaryDirectory()
        self.directory = directory
        file = KeyFile(path: directory.path + "/keys.json")
        (read, write, operate, all) = (.make(), .make(), .make(), .make())
        let scopes: [(APIKeyText, Set<Scope>)] = [
            (read, [.read]), (write, [.write]), (operate, [.operate]), (all, Set(Scope.allCases)),
        ]
        try file.update { keys in
            for (key, scopes) in scopes {
                keys.append(
                    APIKeyRecord(
                        key: key, name: scopes.sorted().map(\.rawValue).joined(separator: "+"), scopes: scopes,
                        createdAt: Sample.now, expiresAt: Sample.now.advanced(byMilliseconds: 3_600_000)))
            }
        }
        keys = try WatchedKeys(file: file, logger: LogRecorder().logger)
        control = .required(
            keys: keys, tokens: tokens, limits: limits,
            audit: AuditLog(file: AuditFile(path: directory.path + "/audit.jsonl")),
            now: { [clock] in clock.now })
    }

    func key(_ scope: Scope) -> APIKeyText {
        switch scope {
        case .read: read
        case .write: write
        case .operate: operate
        }
    }

    /// Revokes a key as the command does, and looks at the file as the server does every second.
    func revoke(_ key: APIKeyText) async throws {
        try file.update { keys in
            for index in keys.indices where keys[index].id == key.id { keys[index].revokedAt = Sample.now }
        }
        await keys.refresh()
    }

    /// The audit log so far.
    var audit: String {
        // Not there before the first act.
        (try? String(contentsOfFile: directory.path + "/audit.jsonl", encoding: .utf8)) ?? ""
    }
}

extension HTTPFields {
    static func bearer(_ key: APIKeyText) -> HTTPFields { [.authorization: "Bearer \(key.text)"] }
}

extension TestClientProtocol {
    func send(
        _ method: HTTPRequest.Method, _ uri: String, _ headers: HTTPFields = [:], body: String? = nil
    ) async throws -> TestResponse {
        var headers = headers
        if body != nil { headers[.contentType] = "application/json" }
        return try await executeRequest(
            uri: uri, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) })
    }

    func signIn(_ key: APIKeyText, _ headers: HTTPFields = [:]) async throws -> TestResponse {
        try await send(.post, "/api/session", headers, body: "{\"credential\":\"\(key.text)\"}")
    }
}
