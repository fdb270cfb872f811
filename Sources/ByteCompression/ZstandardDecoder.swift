import CCompression

/// Unpacks Zstandard (RFC 8878) as it comes. Several frames after one another are one stream.
public final class ZstandardDecoder: StreamDecoder {
    public static let format = "zstd"
    public private(set) var isBetweenStreams = false
    private let context: OpaquePointer

    /// A decoder at the beginning of a stream; fails only without memory.
    ///
    /// - Parameter maximumWindowLog: the largest window that a stream may ask for, as a power of two; 128 MiB is what
    ///   the zstd program takes without being asked.
    public init(maximumWindowLog: Int32 = 27) throws(CompressionError) {
        guard let context = ZSTD_createDCtx(),
            ZSTD_isError(ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, maximumWindowLog)) == 0
        else { throw CompressionError(.unavailable, "zstd cannot be unpacked: no memory") }
        self.context = context
    }

    deinit { ZSTD_freeDCtx(context) }

    /// Takes as much input, and fills as much space, as it can.
    public func decode(_ input: UnsafeRawBufferPointer, into space: UnsafeMutableRawBufferPointer)
        throws(CompressionError) -> DecodedPart
    {
        if input.isEmpty, isBetweenStreams { return DecodedPart() }
        var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var target = ZSTD_outBuffer(dst: space.baseAddress, size: space.count, pos: 0)
        let hint = ZSTD_decompressStream(context, &target, &source)
        guard ZSTD_isError(hint) == 0 else { throw damaged }
        // A hint of 0 means that a frame is complete and wholly handed out.
        isBetweenStreams = hint == 0
        return DecodedPart(consumed: source.pos, produced: target.pos)
    }
}
