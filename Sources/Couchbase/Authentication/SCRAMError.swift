/// Why a SCRAM exchange fails.
enum SCRAMError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The server's message is not of the form of RFC 5802.
    case malformed(String)
    /// The server's nonce does not begin with the client's: the message answers somebody else.
    case foreignNonce
    /// The count of iterations is outside of what is worked off.
    case iterations(Int)
    /// The server does not know the password: it is not the server that it says it is.
    case wrongSignature
    /// The server refuses, with its reason.
    case refused(String)

    var description: String {
        switch self {
        case .malformed(let what): "the server's SCRAM message is malformed: \(what)"
        case .foreignNonce: "the server's nonce does not begin with the client's"
        case .iterations(let count):
            "the server asks for \(count) iterations; 1 to \(SCRAMClient.maximumIterations) are done"
        case .wrongSignature: "the server's signature is wrong: it does not know the password"
        case .refused(let reason): "the server refuses: \(reason)"
        }
    }
}
