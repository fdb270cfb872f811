import Foundation

/// The server's side of SCRAM (RFC 5802), without channel binding: the client's first message, the challenge, the
/// client's proof, the server's signature.
///
/// Whoever owns it looks up the verifier of ``username`` between the two steps.
public struct SCRAMServer: Sendable {
    /// The longest message that a client may send, in bytes.
    public static let maximumMessageBytes = 4096

    /// Who wants to log in.
    public let username: String
    private let channelBinding: String
    private let bareFirst: String
    private let nonce: String
    /// What librdkafka before 2.6 answers: the client's part twice. Kafka takes that too; it is signed like the other.
    private let repeatedNonce: String
    private var verifier: SCRAMVerifier?
    private var challenge = ""

    /// Reads the client's first message.
    ///
    /// - Parameter nonce: the server's part: printable characters other than a comma, new for each exchange.
    public init(first message: String, nonce: String) throws(SCRAMError) {
        guard message.utf8.count <= Self.maximumMessageBytes else { throw .malformed("it is too long") }
        let parts = message.split(separator: ",", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw .malformed("it has no header") }
        // "y": the client could bind to the channel and believes that the server cannot, which is so.
        guard parts[0] == "n" || parts[0] == "y" else { throw .malformed("channel binding is not offered") }
        let fields = try SCRAMAttributes(parts[2])
        guard parts[2].hasPrefix("n="), let name = fields["n"].flatMap({ SCRAMName.unescape($0) }), !name.isEmpty else {
            throw .malformed("it has no user name")
        }
        guard let clientNonce = fields["r"], !clientNonce.isEmpty else { throw .malformed("it has no nonce") }
        if !parts[1].isEmpty {
            guard parts[1].hasPrefix("a="), SCRAMName.unescape(parts[1].dropFirst(2)) == name else {
                throw .malformed("it asks to act for another user")
            }
        }
        username = name
        channelBinding = "\(parts[0]),\(parts[1]),"
        bareFirst = String(parts[2])
        self.nonce = clientNonce + nonce
        repeatedNonce = clientNonce + self.nonce
    }

    /// The challenge to send, for a user with this verifier.
    public mutating func challenge(with verifier: SCRAMVerifier) -> String {
        self.verifier = verifier
        challenge = "r=\(nonce),s=\(Data(verifier.salt).base64EncodedString()),i=\(verifier.iterations)"
        return challenge
    }

    /// The last message to send, if the client's proof is right.
    ///
    /// - Throws: ``SCRAMError/wrongProof`` for a wrong password.
    public func finalMessage(answering message: String) throws(SCRAMError) -> String {
        guard let verifier else { throw .malformed("it comes before the challenge") }
        guard message.utf8.count <= Self.maximumMessageBytes else { throw .malformed("it is too long") }
        let fields = try SCRAMAttributes(message)
        guard let end = message.range(of: ",p=", options: .backwards), let proof = fields["p"] else {
            throw .malformed("it has no proof")
        }
        guard fields["c"] == Data(channelBinding.utf8).base64EncodedString() else {
            throw .malformed("its header is not that of the first message")
        }
        guard fields["r"] == nonce || fields["r"] == repeatedNonce else { throw .foreignNonce }
        guard let bytes = Data(base64Encoded: proof), bytes.count == verifier.hash.byteCount else { throw .wrongProof }
        let signed = Array("\(bareFirst),\(challenge),\(message[..<end.lowerBound])".utf8)
        let hash = verifier.hash
        let clientKey = exclusiveOr(Array(bytes), hash.code(signed, key: verifier.storedKey))
        guard isEqualInConstantTime(hash.digest(clientKey), verifier.storedKey) else { throw .wrongProof }
        return "v=\(Data(hash.code(signed, key: verifier.serverKey)).base64EncodedString())"
    }
}
