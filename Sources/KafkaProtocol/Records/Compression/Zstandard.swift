import CCompression
import NIOCore

/// Zstandard frames (RFC 8878).
enum Zstandard {
    /// The largest window that a stream may ask for, as a power of two: 8 MiB, what RFC 8878 asks decoders to support.
    private static let maximumWindowLog: Int32 = 23

    private static let magic: UInt32 = 0xFD2F_B528

    /// - Parameter strictly: takes one frame and nothing around it, not even a skippable one. kafka-python reads the
    ///   first frame only.
    static func decompress(_ input: ByteBuffer, limit: Int, strictly: Bool = false) throws(RecordError) -> ByteBuffer {
        if strictly, input.getInteger(at: input.readerIndex, endianness: .little, as: UInt32.self) != magic {
            throw .decompressionFailed(.zstd)
        }
        guard let context = ZSTD_createDCtx() else { throw .decompressionFailed(.zstd) }
        defer { ZSTD_freeDCtx(context) }
        guard ZSTD_isError(ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, maximumWindowLog)) == 0 else {
            throw .decompressionFailed(.zstd)
        }
        var output = BoundedOutput(limit: limit, expecting: input.readableBytes * 4)
        var consumed = 0
        var hint = 1
        // A hint of 0 means that a frame is complete and wholly handed out; several may follow one another.
        while hint != 0 || consumed < input.readableBytes {
            var gave = 0
            let before = consumed
            try output.write { space in
                input.withUnsafeReadableBytes { bytes in
                    var source = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: consumed)
                    var target = ZSTD_outBuffer(dst: space.baseAddress, size: space.count, pos: 0)
                    hint = ZSTD_decompressStream(context, &target, &source)
                    consumed = source.pos
                    gave = target.pos
                    return gave
                }
            }
            guard ZSTD_isError(hint) == 0, hint == 0 || consumed > before || gave > 0 else {
                throw .decompressionFailed(.zstd)
            }
            if strictly, hint == 0, consumed < input.readableBytes { throw .decompressionFailed(.zstd) }
        }
        return try output.finish()
    }

    static func compress(_ input: ByteBuffer) throws(RecordError) -> ByteBuffer {
        let bound = ZSTD_compressBound(input.readableBytes)
        var output = ByteBufferAllocator().buffer(capacity: bound)
        let written = output.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { space in
            input.withUnsafeReadableBytes { bytes in
                let size = ZSTD_compress(
                    space.baseAddress, space.count, bytes.baseAddress, bytes.count, ZSTD_CLEVEL_DEFAULT)
                return ZSTD_isError(size) == 0 ? size : 0
            }
        }
        guard written > 0 else { throw .decompressionFailed(.zstd) }
        return output
    }
}
