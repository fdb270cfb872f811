import CCompression
import NIOCore

/// Whole buffers in the LZ4 frame format.
public enum LZ4 {
    private static let magic: UInt32 = 0x184D_2204

    /// Packs `input` into one frame of independent blocks.
    public static func compress(_ input: ByteBuffer) throws(CompressionError) -> ByteBuffer {
        var preferences = LZ4F_preferences_t()
        preferences.frameInfo.blockMode = LZ4F_blockIndependent
        return try input.packed(bound: LZ4F_compressFrameBound(input.readableBytes, &preferences)) { input, space in
            let size = LZ4F_compressFrame(space.baseAddress, space.count, input.baseAddress, input.count, &preferences)
            return LZ4F_isError(size) == 0 ? size : 0
        }
    }

    /// Unpacks `input`, one frame.
    ///
    /// - Parameter strictly: takes only blocks that do not depend on one another, and no dictionary.
    /// - Throws: ``CompressionError/Code/tooLarge`` as soon as more than `limit` bytes come out.
    public static func decompress(
        _ input: ByteBuffer, limit: Int, strictly: Bool = false
    ) throws(CompressionError) -> ByteBuffer {
        let decoder = try LZ4Decoder()
        if strictly, !isPlain(input) { throw decoder.damaged }
        return try decoder.decodeWhole(input, limit: limit, single: true)
    }

    /// Whether the first frame is one of the LZ4 frame format 1 (no skippable frame, not the legacy format), with
    /// independent blocks and without a dictionary or reserved bits.
    private static func isPlain(_ input: ByteBuffer) -> Bool {
        guard input.getInteger(at: input.readerIndex, endianness: .little, as: UInt32.self) == magic,
            let flags = input.getInteger(at: input.readerIndex + 4, as: UInt8.self),
            let blocks = input.getInteger(at: input.readerIndex + 5, as: UInt8.self)
        else { return false }
        let hasVersion1 = flags & 0b1100_0000 == 0b0100_0000
        let isIndependent = flags & 0b0010_0000 != 0
        return hasVersion1 && isIndependent && flags & 0b11 == 0 && blocks & 0b1000_1111 == 0
    }
}

/// Unpacks an LZ4 frame.
private final class LZ4Decoder: StreamDecoder {
    static let format = "lz4"
    private(set) var isBetweenStreams = false
    private let context: OpaquePointer

    init() throws(CompressionError) {
        var context: OpaquePointer?
        guard LZ4F_isError(LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION))) == 0, let context else {
            throw CompressionError(.unavailable, "lz4 cannot be unpacked: no memory")
        }
        self.context = context
    }

    deinit { LZ4F_freeDecompressionContext(context) }

    func decode(_ input: UnsafeRawBufferPointer, into space: UnsafeMutableRawBufferPointer)
        throws(CompressionError) -> DecodedPart
    {
        var part = DecodedPart(consumed: input.count, produced: space.count)
        let hint = LZ4F_decompress(
            context, space.baseAddress, &part.produced, input.baseAddress, &part.consumed, nil)
        guard LZ4F_isError(hint) == 0 else { throw damaged }
        // A hint of 0 means that the frame is complete and wholly handed out.
        isBetweenStreams = hint == 0
        return part
    }
}
