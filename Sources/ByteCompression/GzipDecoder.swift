import CCompression

/// Unpacks gzip (RFC 1952) as it comes, in memory that does not grow with it. Several members after one another are one
/// stream.
public final class GzipDecoder: StreamDecoder {
    private var stream = z_stream()
    private var isBetweenMembers = false

    /// A decoder at the beginning of a stream; fails only without memory.
    public init() throws(CompressionError) {
        // Adding 16 to the window's size asks zlib for gzip's frame.
        guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw CompressionError(.unavailable, "gzip cannot be unpacked: no memory")
        }
    }

    deinit { inflateEnd(&stream) }

    /// Takes as much input, and fills as much space, as it can.
    public func decode(_ input: UnsafeRawBufferPointer, into space: UnsafeMutableRawBufferPointer)
        throws(CompressionError) -> DecodedPart
    {
        if isBetweenMembers {
            // Zeros after a member are padding, as tapes and block devices leave it.
            let padding = input.firstIndex { $0 != 0 } ?? input.count
            if input.isEmpty || padding > 0 { return DecodedPart(consumed: padding, produced: 0) }
            guard inflateReset(&stream) == Z_OK else { throw CompressionError(.damaged, "the gzip stream is damaged") }
            isBetweenMembers = false
        }
        // zlib does not write to its input.
        stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.avail_in = UInt32(input.count)
        stream.next_out = space.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.avail_out = UInt32(space.count)
        let status = inflate(&stream, Z_NO_FLUSH)
        let part = DecodedPart(
            consumed: input.count - Int(stream.avail_in), produced: space.count - Int(stream.avail_out))
        switch status {
        case Z_OK, Z_BUF_ERROR: return part
        case Z_STREAM_END:
            isBetweenMembers = true
            return part
        default: throw CompressionError(.damaged, "the gzip stream is damaged")
        }
    }

    /// Says that no more input comes; fails where the stream breaks off.
    public func finish() throws(CompressionError) {
        guard isBetweenMembers else {
            throw CompressionError(.truncated, "the gzip stream is cut off: its end is missing")
        }
    }
}
