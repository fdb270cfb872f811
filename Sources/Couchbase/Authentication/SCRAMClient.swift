import Crypto
import Foundation

/// The client's side of SCRAM (RFC 5802), without channel binding: first message, answer to the server's challenge,
/// check of the server's signature.
struct SCRAMClient: Sendable {
    static let maximumIterations = 1_000_000
    private static let channelBinding = "n,,"

    private let mechanism: SASLMechanism
    private let password: String
    private let nonce: String
    private let bareFirst: String
    private var expectedSignature: [UInt8] = []

    /// - Parameter nonce: printable characters other than a comma, new for each exchange.
    init(mechanism: SASLMechanism, credentials: Credentials, nonce: String) {
        self.mechanism = mechanism
        password = credentials.password
        self.nonce = nonce
        let name = credentials.username.replacing("=", with: "=3D").replacing(",", with: "=2C")
        bareFirst = "n=\(name),r=\(nonce)"
    }

    /// A nonce of 24 random bytes.
    static func randomNonce() -> String {
        Data((0..<24).map { _ in UInt8.random(in: 0...255) }).base64EncodedString()
    }

    var firstMessage: String { Self.channelBinding + bareFirst }

    /// The answer to the server's challenge. It works for some milliseconds: the server says how many iterations.
    mutating func finalMessage(answering challenge: String) throws(SCRAMError) -> String {
        let fields = try Self.fields(challenge)
        guard let serverNonce = fields["r"], let salt = fields["s"].flatMap({ Data(base64Encoded: $0) }),
            let iterations = fields["i"].flatMap({ Int($0) })
        else { throw .malformed("nonce, salt or count of iterations is missing") }
        guard serverNonce.hasPrefix(nonce), serverNonce.utf8.count > nonce.utf8.count else { throw .foreignNonce }
        guard (1...Self.maximumIterations).contains(iterations) else { throw .iterations(iterations) }
        let withoutProof = "c=\(Data(Self.channelBinding.utf8).base64EncodedString()),r=\(serverNonce)"
        let message = [UInt8]("\(bareFirst),\(challenge),\(withoutProof)".utf8)
        let proof =
            switch mechanism {
            case .scramSHA512: prove(message, SHA512.self, salt: [UInt8](salt), iterations: iterations)
            case .scramSHA256: prove(message, SHA256.self, salt: [UInt8](salt), iterations: iterations)
            case .scramSHA1, .plain: prove(message, Insecure.SHA1.self, salt: [UInt8](salt), iterations: iterations)
            }
        return "\(withoutProof),p=\(Data(proof).base64EncodedString())"
    }

    private mutating func prove<Hash: HashFunction>(
        _ message: [UInt8], _ hash: Hash.Type, salt: [UInt8], iterations: Int
    ) -> [UInt8] {
        let salted = PBKDF2.derive(hash, password: [UInt8](password.utf8), salt: salt, iterations: iterations)
        let key = SymmetricKey(data: salted)
        func mac(_ bytes: [UInt8], _ key: SymmetricKey) -> [UInt8] {
            [UInt8](HMAC<Hash>.authenticationCode(for: bytes, using: key))
        }
        let clientKey = mac([UInt8]("Client Key".utf8), key)
        let signature = mac(message, SymmetricKey(data: [UInt8](Hash.hash(data: clientKey))))
        expectedSignature = mac(message, SymmetricKey(data: mac([UInt8]("Server Key".utf8), key)))
        return zip(clientKey, signature).map { $0 ^ $1 }
    }

    /// Checks that the server knows the password too.
    func verify(_ serverFinal: String) throws(SCRAMError) {
        let fields = try Self.fields(serverFinal)
        if let reason = fields["e"] { throw .refused(reason) }
        guard let signature = fields["v"].flatMap({ Data(base64Encoded: $0) }) else {
            throw .malformed("the signature is missing")
        }
        guard !expectedSignature.isEmpty, [UInt8](signature) == expectedSignature else { throw .wrongSignature }
    }

    /// `r=…,s=…,i=…`. Values may hold `=`.
    private static func fields(_ message: String) throws(SCRAMError) -> [Substring: String] {
        var fields: [Substring: String] = [:]
        for part in message.split(separator: ",", omittingEmptySubsequences: false) {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, pair[0].count == 1, fields[pair[0]] == nil else {
                throw .malformed("\"\(part)\" is not an attribute")
            }
            fields[pair[0]] = String(pair[1])
        }
        // RFC 5802: an extension that must be understood, and is not.
        guard fields["m"] == nil else { throw .malformed("it asks for an extension") }
        return fields
    }
}
