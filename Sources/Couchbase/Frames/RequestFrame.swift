import NIOCore

/// A request: the client's, or the server's own where ``isFromServer``.
struct RequestFrame: Hashable, Sendable {
    var opcode: Opcode
    var isFromServer = false
    var dataType: DataType = []
    var vbucket: UInt16 = 0
    /// Comes back in the response, and says by itself whose response it is.
    var opaque: UInt32 = 0
    /// 0 says "no check".
    var cas: UInt64 = 0
    var framing: [RequestFrameItem] = []
    var extras = ByteBuffer()
    var key = ByteBuffer()
    var value = ByteBuffer()

    /// Writes the frame; nothing is written where it throws.
    func encode(into buffer: inout ByteBuffer) throws(FrameError) {
        var framingBytes = ByteBuffer()
        for item in framing { try item.item.encode(into: &framingBytes) }
        let magic: Magic = isFromServer ? .serverRequest : framing.isEmpty ? .request : .flexibleRequest
        let header = try FrameHeader(
            magic: magic, opcode: opcode, framing: magic.isFlexible ? framingBytes.readableBytes : 0,
            extras: extras.readableBytes, key: key.readableBytes, value: value.readableBytes, dataType: dataType,
            vbucketOrStatus: vbucket, opaque: opaque, cas: cas)
        header.encode(into: &buffer)
        if magic.isFlexible { buffer.writeImmutableBuffer(framingBytes) }
        buffer.writeImmutableBuffer(extras)
        buffer.writeImmutableBuffer(key)
        buffer.writeImmutableBuffer(value)
    }
}
