import SCRAM

/// How the client shows who it is.
enum SASLMechanism: String, Hashable, Sendable, CaseIterable {
    case scramSHA512 = "SCRAM-SHA512"
    case scramSHA256 = "SCRAM-SHA256"
    case scramSHA1 = "SCRAM-SHA1"
    /// The password as it is: inside TLS only.
    case plain = "PLAIN"

    /// The strongest first.
    static let scram: [SASLMechanism] = [.scramSHA512, .scramSHA256, .scramSHA1]

    /// The hash of its exchange, nil for PLAIN. Couchbase writes the names without the last hyphen.
    var hash: SCRAMHash? {
        switch self {
        case .scramSHA512: .sha512
        case .scramSHA256: .sha256
        case .scramSHA1: .sha1
        case .plain: nil
        }
    }

    /// The strongest of those that the server lists (separated by spaces) and that were not `refused` yet.
    static func strongest(of list: String, refused: Set<SASLMechanism> = []) -> SASLMechanism? {
        let offered = Set(list.split(separator: " ").map(String.init))
        return scram.first { offered.contains($0.rawValue) && !refused.contains($0) }
    }

    /// What PLAIN sends.
    static func plainMessage(_ credentials: Credentials) -> [UInt8] {
        [0] + Array(credentials.username.utf8) + [0] + Array(credentials.password.utf8)
    }
}
