import NIOCore

/// Puts whole frames together: length prefix, header, body.
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

    /// A client cannot know the broker's versions before the answer to ApiVersions, so the header of that never has
    /// tags (KIP-511).
    package static func hasTaggedHeader(_ api: API, _ version: Int16) -> Bool {
        api.isFlexible(version) && api != ApiVersionsRequest.api
    }

    package static func joined(_ chunks: [ByteBuffer]) -> ByteBuffer {
        guard var all = chunks.first else { return ByteBuffer() }
        for chunk in chunks.dropFirst() { all.writeImmutableBuffer(chunk) }
        return all
    }
}
