import CCompression
import NIOCore

/// The LZ4 frame format.
enum LZ4 {
    private static let magic: UInt32 = 0x184D_2204

    /// - Parameter strictly: takes only blocks that do not depend on one another, and no dictionary: Java's decoder
    ///   knows neither.
    static func decompress(_ input: ByteBuffer, limit: Int, strictly: Bool = false) throws(RecordError) -> ByteBuffer {
        if strictly, !isPlain(input) { throw .decompressionFailed(.lz4) }
        var context: OpaquePointer?
        guard LZ4F_isError(LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION))) == 0 else {
            throw .decompressionFailed(.lz4)
        }
        defer { LZ4F_freeDecompressionContext(context) }
        var output = BoundedOutput(limit: limit, expecting: input.readableBytes * 4)
        var consumed = 0
        var hint = 1
        // A hint of 0 means that the frame is complete and wholly handed out.
        while hint != 0 {
            var took = 0
            var gave = 0
            try output.write { space in
                input.withUnsafeReadableBytes { bytes in
                    took = bytes.count - consumed
                    gave = space.count
                    hint = LZ4F_decompress(
                        context, space.baseAddress, &gave, bytes.baseAddress.map { $0 + consumed }, &took, nil)
                    return LZ4F_isError(hint) == 0 ? gave : 0
                }
            }
            guard LZ4F_isError(hint) == 0, hint == 0 || took > 0 || gave > 0 else { throw .decompressionFailed(.lz4) }
            consumed += took
        }
        guard consumed == input.readableBytes else { throw .decompressionFailed(.lz4) }
        return try output.finish()
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

    static func compress(_ input: ByteBuffer) throws(RecordError) -> ByteBuffer {
        var preferences = LZ4F_preferences_t()
        preferences.frameInfo.blockMode = LZ4F_blockIndependent
        let bound = LZ4F_compressFrameBound(input.readableBytes, &preferences)
        var output = ByteBufferAllocator().buffer(capacity: bound)
        let written = output.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { space in
            input.withUnsafeReadableBytes { bytes in
                let size = LZ4F_compressFrame(
                    space.baseAddress, space.count, bytes.baseAddress, bytes.count, &preferences)
                return LZ4F_isError(size) == 0 ? size : 0
            }
        }
        guard written > 0 else { throw .decompressionFailed(.lz4) }
        return output
    }
}
