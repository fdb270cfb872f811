import CCompression

/// Whole buffers as gzip.
public enum Gzip {
    /// Packs `input`.
    /// - Parameter level: 1 (fast) to 9 (small).
    public static func compress(_ input: UnsafeRawBufferPointer, level: Int32 = 6) throws(CompressionError) -> [UInt8] {
        var stream = z_stream()
        guard
            deflateInit2_(
                &stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { throw CompressionError(.unavailable, "gzip cannot be packed: no memory") }
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, UInt(input.count)))
        var status = Z_OK
        let output = [UInt8](unsafeUninitializedCapacity: bound) { space, count in
            stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
            stream.avail_in = UInt32(input.count)
            stream.next_out = space.baseAddress
            stream.avail_out = UInt32(space.count)
            status = deflate(&stream, Z_FINISH)
            count = space.count - Int(stream.avail_out)
        }
        guard status == Z_STREAM_END else { throw CompressionError(.unavailable, "gzip cannot be packed") }
        return output
    }

    /// Unpacks `input`, a whole gzip stream.
    /// - Throws: ``CompressionError/Code/tooLarge`` as soon as more than `limit` bytes come out.
    public static func decompress(_ input: UnsafeRawBufferPointer, limit: Int) throws -> [UInt8] {
        let decoder = try GzipDecoder()
        var output: [UInt8] = []
        try decoder.decodeAll(input, pieceBytes: min(65_536, limit + 1)) { piece in
            guard output.count + piece.count <= limit else {
                throw CompressionError(.tooLarge, "unpacked, it has more than \(limit) bytes")
            }
            output.append(contentsOf: piece)
        }
        try decoder.finish()
        return output
    }
}
