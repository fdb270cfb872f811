import NIOCore

/// Cuts what a connection delivers into frames.
struct FrameSplitter {
    private static let prefixBytes = 4

    private let limit: Int
    private var pending = ByteBuffer()

    /// - Parameter limit: of a frame's bytes.
    init(limit: Int) { self.limit = limit }

    /// Bytes that are no whole frame yet.
    var pendingBytes: Int { pending.readableBytes }

    mutating func append(_ bytes: ByteBuffer) {
        guard pending.readableBytes > 0 else {
            // Frames that came whole are slices of what was read, not copies.
            pending = bytes
            return
        }
        if let length = nextLength, length > pending.readableBytes {
            // Frames that were cut out still share the storage: what begins here gets its own, large enough at once.
            var whole = ByteBufferAllocator().buffer(capacity: max(length, pending.readableBytes + bytes.readableBytes))
            whole.writeImmutableBuffer(pending)
            if pending.capacity < whole.capacity { pending = whole }
        }
        pending.writeImmutableBuffer(bytes)
    }

    /// The next whole frame without its length; nil until there is one.
    mutating func next() throws(ClientError) -> ByteBuffer? {
        guard let length = pending.getInteger(at: pending.readerIndex, as: Int32.self) else { return nil }
        guard length >= 0, Int(length) <= limit else {
            throw ClientError(.protocolViolation, "an answer of \(length) bytes is announced; \(limit) are taken")
        }
        guard pending.readableBytes >= Self.prefixBytes + Int(length) else { return nil }
        pending.moveReaderIndex(forwardBy: Self.prefixBytes)
        return pending.readSlice(length: Int(length))
    }

    private var nextLength: Int? {
        guard let length = pending.getInteger(at: pending.readerIndex, as: Int32.self), length >= 0 else { return nil }
        return min(Int(length), limit) + Self.prefixBytes
    }
}
