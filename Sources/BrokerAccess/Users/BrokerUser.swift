import BrokerRights
import SCRAM

/// A user of the broker, without the password.
public struct BrokerUser: Hashable, Sendable {
    /// How often passwords are hashed for new verifiers.
    public static let iterations = 16_384

    /// The name that clients log in with.
    public let name: String
    /// By the mechanism's hash; a plain password is checked against the first.
    public let verifiers: [SCRAMVerifier]
    /// What the user may do.
    public let grants: [Grant]

    init(name: String, verifiers: [SCRAMVerifier], grants: [Grant]) {
        self.name = name
        self.verifiers = verifiers
        self.grants = grants
    }

    /// A user with a password, of which only verifiers are kept. It works for a tenth of a second.
    ///
    /// - Throws: ``UsersError`` for a name or password that clients would send in different ways.
    public init(
        name: String, password: String, grants: [Grant], iterations: Int = BrokerUser.iterations
    ) throws(UsersError) {
        try Self.check(name: name)
        guard (8...256).contains(password.utf8.count), SASLprep.isPrepared(password) else {
            throw UsersError(
                "the password is not usable: take 8 to 256 bytes without control characters, in composed form (NFKC)")
        }
        let verifiers = [SCRAMHash.sha256, .sha512].map { hash in
            SCRAMVerifier(
                hash: hash, password: password, salt: SCRAMVerifier.randomSalt(), iterations: iterations)
        }
        self.init(name: name, verifiers: verifiers, grants: grants)
    }

    static func check(name: String) throws(UsersError) {
        guard (1...100).contains(name.utf8.count), SASLprep.isPrepared(name), !name.contains(where: \.isWhitespace)
        else {
            throw UsersError("\"\(name.prefix(100))\" cannot be a user's name: take 1 to 100 bytes without spaces")
        }
    }
}

/// Why users cannot be read, written or made: what, where, and what to do.
public struct UsersError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong and what to do, without any secret.
    public let description: String
    init(_ description: String) { self.description = description }
}
