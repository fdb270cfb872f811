import Crypto

/// An API key as its holder has it: `ord_<id>_<secret><checksum>`.
///
/// The id finds the key's record. The secret has 43 characters of 62, which is 256 random bits. The checksum is the
/// CRC-32 of everything before it: it lets a secret scanner tell a key from a text that looks like one, without asking
/// anyone. It guards nothing.
public struct APIKeyText: Sendable {
    /// Names the key in lists, logs and the audit log; no secret.
    public let id: String
    /// The whole key: shown once, kept nowhere.
    public let text: String

    static let prefix = "ord_"
    static let idLength = 8
    private static let secretLength = 43
    private static let checksumLength = 6
    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    /// A new key from the system's random numbers.
    public static func make() -> APIKeyText {
        var random = SystemRandomNumberGenerator()
        return make(using: &random)
    }

    static func make(using random: inout some RandomNumberGenerator) -> APIKeyText {
        func characters(_ count: Int) -> String {
            String(decoding: (0..<count).map { _ in alphabet.randomElement(using: &random)! }, as: UTF8.self)
        }
        let id = characters(idLength)
        let body = "\(prefix)\(id)_\(characters(secretLength))"
        return APIKeyText(id: id, text: body + checksum(of: body))
    }

    /// Whether the text has a key's form and its checksum is right. Says nothing about whether such a key exists.
    public static func isWellFormed(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        let length = prefix.utf8.count + idLength + 1 + secretLength + checksumLength
        guard bytes.count == length, text.hasPrefix(prefix), bytes[prefix.utf8.count + idLength] == 0x5F else {
            return false
        }
        let body = String(decoding: bytes.dropLast(checksumLength), as: UTF8.self)
        return text == body + checksum(of: body)
    }

    /// What is kept of a key.
    ///
    /// SHA-256 without salt or stretching is enough here, as it is not for passwords: there are 2^256 keys, so that
    /// nobody can try them, in tables or otherwise. It takes a microsecond, at every request.
    public static func hash(_ text: String) -> [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }

    /// The part that names the key, from a text that need not be one; empty where there is none.
    static func id(in text: String) -> String {
        String(decoding: text.utf8.dropFirst(prefix.utf8.count).prefix(idLength), as: UTF8.self)
    }

    static func checksum(of body: String) -> String {
        var value = CRC32.of(body.utf8)
        var digits: [UInt8] = []
        for _ in 0..<checksumLength {
            digits.append(alphabet[Int(value % 62)])
            value /= 62
        }
        return String(decoding: digits.reversed(), as: UTF8.self)
    }
}

/// The CRC-32 of zlib and PNG (polynomial 0xEDB88320), bit by bit: for short texts that are checked seldom.
enum CRC32 {
    static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(~UInt32(0)) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
    }
}
