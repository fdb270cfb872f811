import CCompression

/// Unpacks gzip (RFC 1952) as it comes, in memory that does not grow with it. Several members after one another are one
/// stream.
public final class GzipDecoder: StreamDecoder {
    public static let format = "gzip"
    public private(set) var isBetweenStreams = false
    private var stream = z_stream()

    /// A decoder at the beginning of a stream; fails only without memory.
    public init() throws(CompressionError) {
        guard inflateInit2_(&stream, Gzip.windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw CompressionError(.unavailable, "gzip cannot be unpacked: no memory")
        }
    }

    deinit { inflateEnd(&stream) }

    /// Takes as much input, and fills as much space, as it can.
    public func decode(_ input: UnsafeRawBufferPointer, into space: UnsafeMutableRawBufferPointer)
        throws(CompressionError) -> DecodedPart
    {
        if isBetweenStreams {
            // Zeros after a member are padding, as tapes and block devices leave it.
            let padding = input.firstIndex { $0 != 0 } ?? input.count
            if input.isEmpty || padding > 0 { return DecodedPart(consumed: padding, produced: 0) }
            guard inflateReset(&stream) == Z_OK else { throw damaged }
            isBetweenStreams = false
        }
        stream.use(input, space)
        let status = inflate(&stream, Z_NO_FLUSH)
        guard status == Z_OK || status == Z_BUF_ERROR || status == Z_STREAM_END else { throw damaged }
        isBetweenStreams = status == Z_STREAM_END
        return DecodedPart(consumed: input.count - Int(stream.avail_in), produced: space.count - Int(stream.avail_out))
    }
}
