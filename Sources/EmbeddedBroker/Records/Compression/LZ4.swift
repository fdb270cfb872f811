import CCompression
import NIOCore

/// The LZ4 frame format.
enum LZ4 {
    static func decompress(_ input: ByteBuffer, limit: Int) throws(RecordError) -> ByteBuffer {
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

    static func compress(_ input: ByteBuffer) throws(RecordError) -> ByteBuffer {
        var preferences = LZ4F_preferences_t()
        preferences.frameInfo.blockMode = LZ4F_blockIndependent
        let bound = LZ4F_compressFrameBound(input.readableBytes, &preferences)
        var output = ByteBufferAllocator().buffer(capacity: bound)
        let written = output.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { space in
            input.withUnsafeReadableBytes { bytes in
                let size = LZ4F_compressFrame(space.baseAddress, space.count, bytes.baseAddress, bytes.count, &preferences)
                return LZ4F_isError(size) == 0 ? size : 0
            }
        }
        guard written > 0 else { throw .decompressionFailed(.lz4) }
        return output
    }
}
