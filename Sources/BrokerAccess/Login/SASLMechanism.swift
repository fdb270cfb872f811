import SCRAM

/// The ways to log in that the broker offers.
public enum SASLMechanism: Hashable, Sendable, CaseIterable {
    case scramSHA256
    case scramSHA512
    /// The password as it is: within TLS only.
    case plain

    /// As clients name it in `sasl.mechanism`.
    public var name: String {
        switch self {
        case .scramSHA256: SCRAMHash.sha256.mechanism
        case .scramSHA512: SCRAMHash.sha512.mechanism
        case .plain: "PLAIN"
        }
    }

    /// The mechanism of a name, nil if it is not offered.
    public init?(name: String) {
        guard let mechanism = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = mechanism
    }
}
