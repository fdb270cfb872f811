import NIOCore

/// What one end of a connection receives.
enum Frame: Hashable, Sendable {
    case request(RequestFrame)
    case response(ResponseFrame)
}

/// Cuts a stream of bytes into frames. It keeps what is not a whole frame yet: at most one frame of ``bodyLimit``,
/// besides what was appended last.
struct FrameDecoder: Sendable {
    /// What a server takes itself: above it, a server drops the connection.
    static let defaultBodyLimit = 30 << 20

    private let bodyLimit: Int
    private var buffer = ByteBuffer()
    private var failure: FrameError?

    init(bodyLimit: Int = FrameDecoder.defaultBodyLimit) { self.bodyLimit = bodyLimit }

    /// Bytes that were appended and not decoded.
    var bufferedBytes: Int { buffer.readableBytes }

    mutating func append(_ bytes: ByteBuffer) {
        if buffer.readableBytes == 0 {
            buffer = bytes
        } else {
            buffer.discardReadBytes()
            buffer.writeImmutableBuffer(bytes)
        }
    }

    /// The next whole frame; `nil` where more bytes are needed.
    /// - Throws: the same error again once the stream is damaged: there is no way to find the next frame.
    mutating func next() throws(FrameError) -> Frame? {
        if let failure { throw failure }
        do throws(FrameError) {
            return try decode()
        } catch {
            failure = error
            buffer = ByteBuffer()
            throw error
        }
    }

    private mutating func decode() throws(FrameError) -> Frame? {
        guard let header = try FrameHeader(peeking: buffer, bodyLimit: bodyLimit),
            buffer.readableBytes >= FrameHeader.size + header.bodyLength
        else { return nil }
        buffer.moveReaderIndex(forwardBy: FrameHeader.size)
        guard let framing = buffer.readSlice(length: header.framingLength),
            let extras = buffer.readSlice(length: header.extrasLength),
            let key = buffer.readSlice(length: header.keyLength),
            let value = buffer.readSlice(length: header.valueLength)
        else { return nil }
        let items = try FrameItem.decode(framing)
        if header.magic.isRequest {
            var decoded: [RequestFrameItem] = []
            for item in items { decoded.append(try RequestFrameItem(item)) }
            return .request(
                RequestFrame(
                    opcode: header.opcode, isFromServer: header.magic == .serverRequest, dataType: header.dataType,
                    vbucket: header.vbucketOrStatus, opaque: header.opaque, cas: header.cas, framing: decoded,
                    extras: extras, key: key, value: value))
        }
        return .response(
            ResponseFrame(
                opcode: header.opcode, isFromClient: header.magic == .serverResponse,
                status: Status(rawValue: header.vbucketOrStatus), dataType: header.dataType, opaque: header.opaque,
                cas: header.cas, framing: items, extras: extras, key: key, value: value))
    }
}
