import NIOCore

/// Puts whole frames together: length prefix, header, body.
enum WireFrame {
    /// A response as chunks to send in order, the first starting with the frame's length prefix.
    ///
    /// Several chunks come back only where large record sections are passed on uncopied (Fetch).
    static func response(
        _ body: some WireMessage, to header: RequestHeader, capacity: Int = 256
    ) -> [ByteBuffer] {
        response(body, version: header.apiVersion, correlationID: header.correlationID, capacity: capacity)
    }

    static func response<Body: WireMessage>(
        _ body: Body, version: Int16, correlationID: Int32, capacity: Int = 256
    ) -> [ByteBuffer] {
        var writer = WireWriter(capacity: capacity)
        writer.int32(0)
        writer.int32(correlationID)
        let flexible = Body.apiKey.isFlexible(version)
        // A client cannot know the broker's versions before this answer, so its header never has tags (KIP-511).
        writer.flexible = flexible && Body.apiKey != .apiVersions
        writer.endStructure()
        writer.flexible = flexible
        body.write(to: &writer, version: version)
        writer.patch(Int32(writer.count - 4), at: 0)
        return writer.finish()
    }

    static func joined(_ chunks: [ByteBuffer]) -> ByteBuffer {
        guard var all = chunks.first else { return ByteBuffer() }
        for chunk in chunks.dropFirst() { all.writeImmutableBuffer(chunk) }
        return all
    }
}
