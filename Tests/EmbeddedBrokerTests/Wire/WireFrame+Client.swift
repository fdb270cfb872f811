import NIOCore

@testable import EmbeddedBroker

/// The client's half of the protocol.
extension WireFrame {
    /// A request frame, with its length prefix.
    static func request<Body: WireRequest>(
        _ body: Body, version: Int16, correlationID: Int32, clientID: String? = nil
    ) -> ByteBuffer {
        var writer = WireWriter()
        writer.int32(0)
        writer.int16(Body.apiKey.rawValue)
        writer.int16(version)
        writer.int32(correlationID)
        writer.nullableString(clientID)
        writer.flexible = Body.apiKey.isFlexible(version)
        writer.endStructure()
        body.write(to: &writer, version: version)
        writer.patch(Int32(writer.count - 4), at: 0)
        return joined(writer.finish())
    }

    /// Reads a response frame without its length prefix.
    static func decodeResponse<Body: WireMessage>(
        _: Body.Type, from frame: ByteBuffer, version: Int16
    ) throws(WireError) -> (correlationID: Int32, body: Body) {
        var reader = WireReader(frame)
        let correlationID = try reader.int32()
        let flexible = Body.apiKey.isFlexible(version)
        reader.flexible = flexible && Body.apiKey != .apiVersions
        try reader.endStructure()
        reader.flexible = flexible
        let body = try Body(from: &reader, version: version)
        try reader.finish()
        return (correlationID, body)
    }
}
