import Foundation

/// The client's side of SCRAM (RFC 5802), without channel binding: first message, answer to the server's challenge,
/// check of the server's signature.
///
/// Name and password are sent as they are, as Kafka's and Couchbase's clients do. Where a server may prepare them, use
/// ones that ``SASLprep`` leaves alone.
public struct SCRAMClient: Sendable {
    /// A server that asks for more is refused: it could keep the client busy.
    public static let maximumIterations = 1_000_000
    private static let channelBinding = "n,,"

    private let hash: SCRAMHash
    private let password: String
    private let nonce: String
    private let bareFirst: String
    private var expectedSignature: [UInt8] = []

    /// - Parameter nonce: printable characters other than a comma, new for each exchange: ``SCRAMNonce/random()``.
    public init(hash: SCRAMHash, username: String, password: String, nonce: String) {
        self.hash = hash
        self.password = password
        self.nonce = nonce
        bareFirst = "n=\(SCRAMName.escape(username)),r=\(nonce)"
    }

    /// What the exchange begins with.
    public var firstMessage: String { Self.channelBinding + bareFirst }

    /// The answer to the server's challenge. It works for some milliseconds: the server says how many iterations.
    public mutating func finalMessage(answering challenge: String) throws(SCRAMError) -> String {
        let fields = try SCRAMAttributes(challenge)
        guard let serverNonce = fields["r"], let salt = fields["s"].flatMap({ Data(base64Encoded: $0) }),
            let iterations = fields["i"].flatMap({ Int($0) })
        else { throw .malformed("nonce, salt or count of iterations is missing") }
        guard serverNonce.hasPrefix(nonce), serverNonce.utf8.count > nonce.utf8.count else { throw .foreignNonce }
        guard (1...Self.maximumIterations).contains(iterations) else { throw .iterations(iterations) }
        let withoutProof = "c=\(Data(Self.channelBinding.utf8).base64EncodedString()),r=\(serverNonce)"
        let message = Array("\(bareFirst),\(challenge),\(withoutProof)".utf8)
        let keys = SCRAMKeys(hash: hash, password: password, salt: Array(salt), iterations: iterations)
        expectedSignature = hash.code(message, key: keys.server)
        let proof = exclusiveOr(keys.client, hash.code(message, key: hash.digest(keys.client)))
        return "\(withoutProof),p=\(Data(proof).base64EncodedString())"
    }

    /// Checks that the server knows the password too.
    public func verify(_ serverFinal: String) throws(SCRAMError) {
        let fields = try SCRAMAttributes(serverFinal)
        if let reason = fields["e"] { throw .refused(reason) }
        guard let signature = fields["v"].flatMap({ Data(base64Encoded: $0) }) else {
            throw .malformed("the signature is missing")
        }
        guard !expectedSignature.isEmpty, isEqualInConstantTime(Array(signature), expectedSignature) else {
            throw .wrongSignature
        }
    }
}
