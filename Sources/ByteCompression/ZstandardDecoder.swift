import CCompression

/// Unpacks Zstandard (RFC 8878) as it comes. Several frames after one another are one stream.
public final class ZstandardDecoder: StreamDecoder {
    /// The largest window that a stream may ask for, as a power of two: 128 MiB, what the zstd program takes without
    /// being asked.
    private static let maximumWindowLog: Int32 = 27
    private let context: OpaquePointer
    private var isBetweenFrames = false

    /// A decoder at the beginning of a stream; fails only without memory.
    public init() throws(CompressionError) {
        guard let context = ZSTD_createDCtx(),
            ZSTD_isError(ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Self.maximumWindowLog)) == 0
        else { throw CompressionError(.unavailable, "zstd cannot be unpacked: no memory") }
        self.context = context
    }

    deinit { ZSTD_freeDCtx(context) }

    /// Takes as much input, and fills as much space, as it can.
    public func decode(_ input: UnsafeRawBufferPointer, into space: UnsafeMutableRawBufferPointer)
        throws(CompressionError) -> DecodedPart
    {
        if input.isEmpty, isBetweenFrames { return DecodedPart(consumed: 0, produced: 0) }
        var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var target = ZSTD_outBuffer(dst: space.baseAddress, size: space.count, pos: 0)
        let hint = ZSTD_decompressStream(context, &target, &source)
        guard ZSTD_isError(hint) == 0 else { throw CompressionError(.damaged, "the zstd stream is damaged") }
        isBetweenFrames = hint == 0
        return DecodedPart(consumed: source.pos, produced: target.pos)
    }

    /// Says that no more input comes; fails where the stream breaks off.
    public func finish() throws(CompressionError) {
        guard isBetweenFrames else {
            throw CompressionError(.truncated, "the zstd stream is cut off: its end is missing")
        }
    }
}
