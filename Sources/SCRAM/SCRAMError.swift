/// Why a SCRAM exchange fails.
public enum SCRAMError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The other side's message is not of the form of RFC 5802.
    case malformed(String)
    /// The nonce is not the one of this exchange: the message answers somebody else.
    case foreignNonce
    /// The count of iterations is outside of what is worked off.
    case iterations(Int)
    /// The server does not know the password: it is not the server that it says it is.
    case wrongSignature
    /// The client does not know the password.
    case wrongProof
    /// The server refuses, with its reason.
    case refused(String)

    /// What is wrong, without any secret.
    public var description: String {
        switch self {
        case .malformed(let what): "the SCRAM message is malformed: \(what)"
        case .foreignNonce: "the nonce is not the one of this exchange"
        case .iterations(let count):
            "the server asks for \(count) iterations; 1 to \(SCRAMClient.maximumIterations) are done"
        case .wrongSignature: "the server's signature is wrong: it does not know the password"
        case .wrongProof: "the client's proof is wrong: it does not know the password"
        case .refused(let reason): "the server refuses: \(reason)"
        }
    }
}
