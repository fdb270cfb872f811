import NIOCore

/// Cuts what a connection delivers into frames.
struct FrameSplitter {
    private static let prefixBytes = 4

    private let limit: Int
    /// What was read and is not cut yet.
    private var unread = ByteBuffer()
    /// The beginning of a frame that came in parts, in storage of its own that has room for all of it.
    private var partial: ByteBuffer?
    /// Bytes that the partial frame lacks.
    private var missing = 0

    /// - Parameter limit: of a frame's bytes.
    init(limit: Int) { self.limit = limit }

    /// Bytes that are no whole frame yet.
    var pendingBytes: Int { unread.readableBytes + (partial?.readableBytes ?? 0) }

    mutating func append(_ bytes: ByteBuffer) {
        // Frames that came whole are slices of what was read, not copies.
        if unread.readableBytes == 0 { unread = bytes } else { unread.writeImmutableBuffer(bytes) }
    }

    /// The next whole frame without its length; nil until there is one.
    mutating func next() throws(ClientError) -> ByteBuffer? {
        if partial == nil {
            guard let length = unread.getInteger(at: unread.readerIndex, as: Int32.self) else { return nil }
            guard length >= 0, Int(length) <= limit else {
                throw ClientError(.protocolViolation, "an answer of \(length) bytes is announced; \(limit) are taken")
            }
            unread.moveReaderIndex(forwardBy: Self.prefixBytes)
            if let whole = unread.readSlice(length: Int(length)) { return whole }
            partial = ByteBufferAllocator().buffer(capacity: Int(length))
            missing = Int(length)
        }
        guard let part = unread.readSlice(length: min(missing, unread.readableBytes)) else { return nil }
        partial!.writeImmutableBuffer(part)
        missing -= part.readableBytes
        return missing == 0 ? partial.take() : nil
    }
}
