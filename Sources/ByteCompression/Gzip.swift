import CCompression
import NIOCore

/// Whole buffers as gzip (RFC 1952).
public enum Gzip {
    /// Adding 16 to the window's size asks zlib for gzip's frame.
    static let windowBits: Int32 = 15 + 16

    /// Packs `input`.
    /// - Parameter level: 1 (fast) to 9 (small).
    public static func compress(_ input: ByteBuffer, level: Int32 = 6) throws(CompressionError) -> ByteBuffer {
        var stream = z_stream()
        guard
            deflateInit2_(
                &stream, level, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { throw CompressionError(.unavailable, "gzip cannot be packed: no memory") }
        defer { deflateEnd(&stream) }
        return try input.packed(bound: Int(deflateBound(&stream, UInt(input.readableBytes)))) { input, space in
            stream.use(input, space)
            return deflate(&stream, Z_FINISH) == Z_STREAM_END ? space.count - Int(stream.avail_out) : 0
        }
    }

    /// Unpacks `input`, a whole gzip stream.
    ///
    /// - Parameter strictly: takes one member and nothing behind it.
    /// - Throws: ``CompressionError/Code/tooLarge`` as soon as more than `limit` bytes come out.
    public static func decompress(
        _ input: ByteBuffer, limit: Int, strictly: Bool = false
    ) throws(CompressionError) -> ByteBuffer {
        try GzipDecoder().decodeWhole(input, limit: limit, single: strictly)
    }
}

extension z_stream {
    /// Points the stream at its input, which zlib does not write to, and at the room for its output.
    mutating func use(_ input: UnsafeRawBufferPointer, _ space: UnsafeMutableRawBufferPointer) {
        next_in = UnsafeMutablePointer(mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        avail_in = UInt32(input.count)
        next_out = space.baseAddress?.assumingMemoryBound(to: UInt8.self)
        avail_out = UInt32(space.count)
    }
}
