import ByteCompression
import NIOCore

/// How the records of a batch are compressed; the raw value is what the batch's attributes hold.
package enum Compression: UInt8, CaseIterable, Hashable, Sendable {
    case none = 0
    case gzip = 1
    case snappy = 2
    case lz4 = 3
    case zstd = 4
}

extension Compression {
    /// The bytes that `input` was compressed from; `input` itself for ``none``.
    ///
    /// - Parameter strictly: takes only what all common clients read alike, see the broker's DESIGN.md: one stream,
    ///   nothing around it, no feature that one of them lacks. Snappy is one raw block (librdkafka, Go) or xerial's
    ///   frame (Java, kafka-python). What is in the log is read without, since earlier versions let more in.
    /// - Throws: ``RecordError/decompressedTooLarge(limit:)`` before more than `limit` bytes are held, and
    ///   ``RecordError/decompressionFailed(_:)`` for what is not a whole stream of this codec.
    package func decompress(_ input: ByteBuffer, limit: Int, strictly: Bool = false) throws(RecordError) -> ByteBuffer {
        do {
            switch self {
            case .none: return input
            case .gzip: return try Gzip.decompress(input, limit: limit, strictly: strictly)
            case .snappy: return try Snappy.decompress(input, limit: limit, strictly: strictly)
            case .lz4: return try LZ4.decompress(input, limit: limit, strictly: strictly)
            case .zstd: return try Zstandard.decompress(input, limit: limit, strictly: strictly)
            }
        } catch {
            throw error.code == .tooLarge ? .decompressedTooLarge(limit: limit) : .decompressionFailed(self)
        }
    }

    /// `input` compressed as Kafka's clients read it.
    package func compress(_ input: ByteBuffer) throws(RecordError) -> ByteBuffer {
        do {
            switch self {
            case .none: return input
            case .gzip: return try Gzip.compress(input)
            case .snappy: return try Snappy.compress(input)
            case .lz4: return try LZ4.compress(input)
            case .zstd: return try Zstandard.compress(input)
            }
        } catch {
            throw .decompressionFailed(self)
        }
    }
}
