import CCompression
import NIOCore

/// RFC 1952, through zlib.
enum Gzip {
    /// Adding 16 to the window's size asks zlib for gzip's frame.
    private static let gzipWindowBits: Int32 = 15 + 16

    /// - Parameter strictly: takes one member and nothing behind it. librdkafka reads the first only, Java's and
    ///   Python's decoders read all.
    static func decompress(_ input: ByteBuffer, limit: Int, strictly: Bool = false) throws(RecordError) -> ByteBuffer {
        var stream = z_stream()
        guard inflateInit2_(&stream, gzipWindowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw .decompressionFailed(.gzip)
        }
        defer { inflateEnd(&stream) }
        var output = BoundedOutput(limit: limit, expecting: input.readableBytes * 4)
        var consumed = 0
        while true {
            var status = Z_OK
            try output.write { space in
                input.withUnsafeReadableBytes { bytes in
                    stream.load(bytes, from: consumed)
                    stream.next_out = space.baseAddress?.assumingMemoryBound(to: UInt8.self)
                    stream.avail_out = UInt32(space.count)
                    status = inflate(&stream, Z_NO_FLUSH)
                    consumed = bytes.count - Int(stream.avail_in)
                    return space.count - Int(stream.avail_out)
                }
            }
            switch status {
            case Z_OK: continue
            case Z_STREAM_END where consumed == input.readableBytes: return try output.finish()
            // A gzip file may be several streams after one another.
            case Z_STREAM_END where !strictly && inflateReset(&stream) == Z_OK: continue
            default: throw .decompressionFailed(.gzip)
            }
        }
    }

    static func compress(_ input: ByteBuffer) throws(RecordError) -> ByteBuffer {
        var stream = z_stream()
        guard
            deflateInit2_(
                &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzipWindowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { throw .decompressionFailed(.gzip) }
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, UInt(input.readableBytes)))
        var output = ByteBufferAllocator().buffer(capacity: bound)
        var status = Z_OK
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { space in
            input.withUnsafeReadableBytes { bytes in
                stream.load(bytes, from: 0)
                stream.next_out = space.baseAddress?.assumingMemoryBound(to: UInt8.self)
                stream.avail_out = UInt32(space.count)
                status = deflate(&stream, Z_FINISH)
                return space.count - Int(stream.avail_out)
            }
        }
        guard status == Z_STREAM_END else { throw .decompressionFailed(.gzip) }
        return output
    }
}

extension z_stream {
    /// Points the stream at `bytes` from `position` on; zlib does not write to its input.
    fileprivate mutating func load(_ bytes: UnsafeRawBufferPointer, from position: Int) {
        next_in = bytes.baseAddress.map {
            UnsafeMutablePointer(mutating: ($0 + position).assumingMemoryBound(to: UInt8.self))
        }
        avail_in = UInt32(bytes.count - position)
    }
}
