import Foundation
import NIOCore

/// A response: the server's, or the client's own where ``isFromClient``.
struct ResponseFrame: Hashable, Sendable {
    var opcode: Opcode
    var isFromClient = false
    var status: Status
    var dataType: DataType = []
    var opaque: UInt32 = 0
    var cas: UInt64 = 0
    var framing: [FrameItem] = []
    var extras = ByteBuffer()
    var key = ByteBuffer()
    var value = ByteBuffer()

    private static let serverDurationID = 0

    /// How long the server took, where it says so: (encoded ^ 1.74) / 2 microseconds.
    var serverDuration: Duration? {
        guard let item = framing.first(where: { $0.id == Self.serverDurationID }), item.payload.readableBytes == 2,
            let encoded = item.payload.getInteger(at: item.payload.readerIndex, as: UInt16.self)
        else { return nil }
        return .nanoseconds(Int64(pow(Double(encoded), 1.74) / 2 * 1_000))
    }

    func encode(into buffer: inout ByteBuffer) throws(FrameError) {
        var framingBytes = ByteBuffer()
        for item in framing { try item.encode(into: &framingBytes) }
        let magic: Magic = isFromClient ? .serverResponse : framing.isEmpty ? .response : .flexibleResponse
        let header = try FrameHeader(
            magic: magic, opcode: opcode, framing: magic.isFlexible ? framingBytes.readableBytes : 0,
            extras: extras.readableBytes, key: key.readableBytes, value: value.readableBytes, dataType: dataType,
            vbucketOrStatus: status.rawValue, opaque: opaque, cas: cas)
        header.encode(into: &buffer)
        if magic.isFlexible { buffer.writeImmutableBuffer(framingBytes) }
        buffer.writeImmutableBuffer(extras)
        buffer.writeImmutableBuffer(key)
        buffer.writeImmutableBuffer(value)
    }
}
