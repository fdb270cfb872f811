import NIOCore

/// The client's side of the protocol.
extension WireFrame {
    /// A request frame, with its length prefix, as chunks to send in order.
    package static func request<Body: KafkaRequest>(
        _ body: Body, version: Int16, correlationID: Int32, clientID: String? = nil
    ) -> [ByteBuffer] {
        var writer = WireWriter(version: version)
        writer.int32(0)
        writer.int16(Body.api.key)
        writer.int16(version)
        writer.int32(correlationID)
        writer.nullableString(clientID)
        writer.flexible = Body.api.isFlexible(version)
        writer.endStructure()
        body.write(to: &writer)
        writer.patch(Int32(writer.count - 4), at: 0)
        return writer.finish()
    }

    /// Reads what follows the correlation id of a response. Bytes behind the body are left.
    package static func body<Body: KafkaMessage>(
        from reader: inout WireReader, version: Int16
    ) throws(WireError) -> Body {
        reader.version = version
        reader.flexible = hasTaggedHeader(Body.api, version)
        try reader.endStructure()
        reader.flexible = Body.api.isFlexible(version)
        return try Body(from: &reader)
    }

    /// Reads a response frame without its length prefix, and refuses bytes behind its body.
    package static func decodeResponse<Body: KafkaMessage>(
        _: Body.Type, from frame: ByteBuffer, version: Int16
    ) throws(WireError) -> (correlationID: Int32, body: Body) {
        var reader = WireReader(frame, version: version)
        let correlationID = try reader.int32()
        let body: Body = try body(from: &reader, version: version)
        try reader.finish()
        return (correlationID, body)
    }
}
