/// Why bytes could not be packed or unpacked.
public struct CompressionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong with the bytes.
    public enum Code: Hashable, Sendable {
        /// The bytes are not of this format, or their checksum does not agree.
        case damaged
        /// The bytes end before the stream does.
        case truncated
        /// More comes out than was allowed.
        case tooLarge
        /// The library has no memory for it.
        case unavailable
    }

    /// The kind of the failure.
    public let code: Code
    /// The same in words, for people.
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    /// More comes out than `limit` bytes.
    init(tooLargeFor limit: Int) { self.init(.tooLarge, "unpacked, it has more than \(limit) bytes") }

    /// Always false: the same bytes will fail again.
    public var isRetriable: Bool { false }
}
