import NIOCore

/// Puts whole frames together and takes them apart: length prefix, header, body.
package enum WireFrame {
    /// A response as chunks to send in order, the first starting with the frame's length prefix.
    ///
    /// Several chunks come back only where large byte sections are passed on uncopied (Fetch).
    package static func response<Body: KafkaMessage>(
        _ body: Body, version: Int16, correlationID: Int32
    ) -> [ByteBuffer] {
        var writer = WireWriter(version: version)
        writer.int32(0)
        writer.int32(correlationID)
        writer.flexible = hasTaggedHeader(Body.api, version)
        writer.endStructure()
        writer.flexible = Body.api.isFlexible(version)
        body.write(to: &writer)
        writer.patch(Int32(writer.count - 4), at: 0)
        return writer.finish()
    }

    /// Reads a response frame without its length prefix.
    package static func decodeResponse<Body: KafkaMessage>(
        _: Body.Type, from frame: ByteBuffer, version: Int16
    ) throws(WireError) -> (correlationID: Int32, body: Body) {
        var reader = WireReader(frame, version: version)
        let correlationID = try reader.int32()
        reader.flexible = hasTaggedHeader(Body.api, version)
        try reader.endStructure()
        reader.flexible = Body.api.isFlexible(version)
        let body = try Body(from: &reader)
        try reader.finish()
        return (correlationID, body)
    }

    /// A client cannot know the broker's versions before the answer to ApiVersions, so the header of that never has
    /// tags (KIP-511).
    private static func hasTaggedHeader(_ api: API, _ version: Int16) -> Bool {
        api.isFlexible(version) && api != ApiVersionsRequest.api
    }

    /// A request frame, with its length prefix, as chunks to send in order.
    package static func request<Body: KafkaRequest>(
        _ body: Body, version: Int16, correlationID: Int32, clientID: String? = nil
    ) -> [ByteBuffer] {
        var writer = WireWriter(version: version)
        writer.int32(0)
        let header = RequestHeader(api: Body.api, version: version, correlationID: correlationID, clientID: clientID)
        header.write(to: &writer)
        body.write(to: &writer)
        writer.patch(Int32(writer.count - 4), at: 0)
        return writer.finish()
    }

    package static func joined(_ chunks: [ByteBuffer]) -> ByteBuffer {
        guard var all = chunks.first else { return ByteBuffer() }
        for chunk in chunks.dropFirst() { all.writeImmutableBuffer(chunk) }
        return all
    }
}
