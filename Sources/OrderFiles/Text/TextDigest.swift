import Crypto

/// The SHA-256 of a text that is read piece by piece: tells whether a file is the one that was read before.
public struct TextDigest: Sendable {
    private var hasher = SHA256()
    /// The bytes so far.
    public private(set) var count: Int64 = 0

    /// The digest of no bytes.
    public init() {}

    /// Adds the bytes that follow.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        hasher.update(bufferPointer: bytes)
        count += Int64(bytes.count)
    }

    /// 64 hexadecimal digits.
    public var text: String {
        hasher.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
