import NIOCore

extension Compression {
    /// The bytes that `input` was compressed from; `input` itself for ``none``.
    ///
    /// - Parameter strictly: takes only what all common clients read alike, see the broker's DESIGN.md: one stream,
    ///   nothing around it, no feature that
    ///   one of them lacks. What is in the log is read without, since earlier versions let more in.
    /// - Throws: ``RecordError/decompressedTooLarge(limit:)`` before more than `limit` bytes are held, and
    ///   ``RecordError/decompressionFailed(_:)`` for what is not a whole stream of this codec.
    package func decompress(_ input: ByteBuffer, limit: Int, strictly: Bool = false) throws(RecordError) -> ByteBuffer {
        switch self {
        case .none: input
        case .gzip: try Gzip.decompress(input, limit: limit, strictly: strictly)
        case .snappy: try Snappy.decompress(input, limit: limit, strictly: strictly)
        case .lz4: try LZ4.decompress(input, limit: limit, strictly: strictly)
        case .zstd: try Zstandard.decompress(input, limit: limit, strictly: strictly)
        }
    }

    /// `input` compressed as Kafka's clients read it.
    package func compress(_ input: ByteBuffer) throws(RecordError) -> ByteBuffer {
        switch self {
        case .none: input
        case .gzip: try Gzip.compress(input)
        case .snappy: try Snappy.compress(input)
        case .lz4: try LZ4.compress(input)
        case .zstd: try Zstandard.compress(input)
        }
    }
}

/// An output buffer that grows up to a limit, for decompressors that do not know the size beforehand.
struct BoundedOutput {
    private(set) var buffer: ByteBuffer
    private let limit: Int

    init(limit: Int, expecting: Int) {
        self.limit = limit
        self.buffer = ByteBufferAllocator().buffer(capacity: min(max(expecting, 512), limit))
    }

    /// Lets `body` write into free space and counts what it says it wrote. Throws once `limit` bytes are there and
    /// `body` is asked again: at the limit it gets one byte of room, which tells "exactly full" from "too large".
    mutating func write(_ body: (UnsafeMutableRawBufferPointer) -> Int) throws(RecordError) {
        guard buffer.readableBytes <= limit else { throw .decompressedTooLarge(limit: limit) }
        let chunk = min(max(buffer.readableBytes, 4096), limit - buffer.readableBytes + 1)
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: chunk) { space in
            body(UnsafeMutableRawBufferPointer(rebasing: space.prefix(chunk)))
        }
    }

    /// The output once the stream has ended.
    func finish() throws(RecordError) -> ByteBuffer {
        guard buffer.readableBytes <= limit else { throw .decompressedTooLarge(limit: limit) }
        return buffer
    }
}
