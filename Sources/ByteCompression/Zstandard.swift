import CCompression
import NIOCore

/// Whole buffers as Zstandard frames (RFC 8878).
public enum Zstandard {
    /// The largest window that a stream may ask for, as a power of two: 8 MiB, what RFC 8878 asks decoders to support.
    private static let maximumWindowLog: Int32 = 23

    private static let magic: UInt32 = 0xFD2F_B528

    /// Packs `input` into one frame.
    public static func compress(_ input: ByteBuffer) throws(CompressionError) -> ByteBuffer {
        try input.packed(bound: ZSTD_compressBound(input.readableBytes)) { input, space in
            let size = ZSTD_compress(
                space.baseAddress, space.count, input.baseAddress, input.count, ZSTD_CLEVEL_DEFAULT)
            return ZSTD_isError(size) == 0 ? size : 0
        }
    }

    /// Unpacks `input`, one frame or several.
    ///
    /// - Parameter strictly: takes one frame and nothing around it, not even a skippable one.
    /// - Throws: ``CompressionError/Code/tooLarge`` as soon as more than `limit` bytes come out.
    public static func decompress(
        _ input: ByteBuffer, limit: Int, strictly: Bool = false
    ) throws(CompressionError) -> ByteBuffer {
        let decoder = try ZstandardDecoder(maximumWindowLog: maximumWindowLog)
        if strictly, input.getInteger(at: input.readerIndex, endianness: .little, as: UInt32.self) != magic {
            throw decoder.damaged
        }
        return try decoder.decodeWhole(input, limit: limit, single: strictly)
    }
}
