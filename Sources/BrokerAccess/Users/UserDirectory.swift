import BrokerRights
import SCRAM

/// All users at one moment: who can log in, and what they may do.
public struct UserDirectory: Sendable {
    /// The most users.
    public static let maximumUsers = 10_000

    /// By name.
    public let users: [String: BrokerUser]
    /// What they may do.
    public let rights: Rights
    /// What the salts of users that do not exist are made from. The same after each reading of the file.
    let secret: [UInt8]

    /// - Parameter secret: random, and the same for all directories of a process.
    public init(_ users: [BrokerUser], secret: [UInt8] = UserDirectory.processSecret) {
        self.users = Dictionary(users.map { ($0.name, $0) }) { $1 }
        rights = Rights(self.users.mapValues(\.grants))
        self.secret = secret
    }

    /// Made at the first use.
    public static let processSecret: [UInt8] = (0..<32).map { _ in .random(in: .min ... .max) }

    /// The verifier to check a login against. A user that does not exist has one that nothing fits, so that neither the
    /// exchange nor its time shows which names there are.
    func verifier(of name: String, _ hash: SCRAMHash) -> SCRAMVerifier {
        users[name]?.verifiers.first { $0.hash == hash }
            ?? SCRAMVerifier(unknownUser: name, hash: hash, iterations: BrokerUser.iterations, secret: secret)
    }
}
