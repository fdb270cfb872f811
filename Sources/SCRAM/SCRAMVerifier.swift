import Foundation

/// What a server keeps instead of a password: enough to check one, not enough to log in with.
///
/// Written as `SCRAM-SHA-256$ITERATIONS:SALT$STOREDKEY:SERVERKEY`, with base64, as RFC 5803 and PostgreSQL have it.
public struct SCRAMVerifier: Hashable, Sendable {
    /// The most iterations that a text may ask for. A check of a plain password works them off.
    public static let maximumIterations = 1_000_000

    /// The hash that the keys are made with.
    public let hash: SCRAMHash
    /// Random, new for each password.
    public let salt: [UInt8]
    /// How often the password was hashed.
    public let iterations: Int
    let storedKey: [UInt8]
    let serverKey: [UInt8]

    /// The verifier of a password. It works for some milliseconds.
    public init(hash: SCRAMHash, password: String, salt: [UInt8], iterations: Int) {
        let keys = SCRAMKeys(hash: hash, password: password, salt: salt, iterations: iterations)
        self.hash = hash
        self.salt = salt
        self.iterations = iterations
        storedKey = hash.digest(keys.client)
        serverKey = keys.server
    }

    /// A verifier that no password fits, for users that do not exist: an exchange with it looks like any other.
    public init(unknownUser name: String, hash: SCRAMHash, iterations: Int, secret: [UInt8]) {
        self.hash = hash
        self.iterations = iterations
        // The same salt each time, as a user's would be.
        salt = Array(hash.code(Array("salt \(name)".utf8), key: secret).prefix(SCRAMVerifier.saltBytes))
        storedKey = hash.code(Array("stored \(name)".utf8), key: secret)
        serverKey = hash.code(Array("server \(name)".utf8), key: secret)
    }

    /// The length of salts that are made here.
    public static let saltBytes = 16

    /// Random bytes for a new verifier.
    public static func randomSalt() -> [UInt8] { (0..<saltBytes).map { _ in .random(in: .min ... .max) } }

    /// Whether a password is the right one. It works for some milliseconds; the time does not depend on the password.
    public func accepts(password: String) -> Bool {
        let keys = SCRAMKeys(hash: hash, password: password, salt: salt, iterations: iterations)
        return isEqualInConstantTime(hash.digest(keys.client), storedKey)
    }
}

extension SCRAMVerifier: LosslessStringConvertible {
    /// Reads the text of a verifier; nil where it is none.
    public init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 3, let hash = SCRAMHash(mechanism: String(parts[0])) else { return nil }
        let work = parts[1].split(separator: ":", omittingEmptySubsequences: false)
        let keys = parts[2].split(separator: ":", omittingEmptySubsequences: false)
        guard work.count == 2, keys.count == 2, let iterations = Int(work[0]),
            (1...Self.maximumIterations).contains(iterations),
            let salt = Data(base64Encoded: String(work[1])), (1...1024).contains(salt.count),
            let stored = Data(base64Encoded: String(keys[0])), stored.count == hash.byteCount,
            let server = Data(base64Encoded: String(keys[1])), server.count == hash.byteCount
        else { return nil }
        self.hash = hash
        self.iterations = iterations
        self.salt = Array(salt)
        storedKey = Array(stored)
        serverKey = Array(server)
    }

    /// As it is kept in files. Whoever has it can try passwords, so it does not belong into logs.
    public var description: String {
        func text(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
        return "\(hash.mechanism)$\(iterations):\(text(salt))$\(text(storedKey)):\(text(serverKey))"
    }
}
