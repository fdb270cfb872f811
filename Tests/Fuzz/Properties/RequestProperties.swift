import NIOCore

@testable import BrokerCore
@testable import KafkaProtocol

/// A frame is read or refused; what was read can be written, and reads back as itself.
enum RequestProperties {
    static func check(_ input: UnsafeRawBufferPointer) throws {
        let frame = ByteBuffer(bytes: input)
        let header: RequestHeader
        do {
            header = try ServedAPIs.decode(frame).header
            guard header.isSupported else { return }
        } catch {
            try require(!"\(error)".isEmpty, "an error without a description")
            // The body may be what the answer of this version looks like.
            var reader = WireReader(frame)
            // A header that cannot be read has no body.
            guard let header = try? RequestHeader(from: &reader, { ServedAPIs.type($0)?.api }), header.isSupported,
                let type = ServedAPIs.type(header.api.key)
            else { return }
            return try checkResponse(type, reader.slice(reader.remaining), header)
        }
        var reader = WireReader(frame)
        _ = try RequestHeader(from: &reader) { ServedAPIs.type($0)?.api }
        guard let type = ServedAPIs.type(header.api.key) else {
            throw PropertyFailure("\(header.api) is decoded, but not served")
        }
        let body = try reader.slice(reader.remaining)
        try checkMessage(type, body, header, isRead: true)
        try checkResponse(type, body, header)
    }

    private static func checkResponse<Request: KafkaRequest>(
        _: Request.Type, _ body: ByteBuffer, _ header: RequestHeader
    ) throws {
        try checkMessage(Request.Response.self, body, header, isRead: false)
    }

    /// - Parameter isRead: whether the message is known to be readable.
    private static func checkMessage<Message: KafkaMessage>(
        _: Message.Type, _ body: ByteBuffer, _ header: RequestHeader, isRead: Bool
    ) throws {
        let what = "\(Message.self) version \(header.version)"
        let message: Message
        do { message = try read(Message.self, body, header).0 } catch {
            return try require(!isRead, "\(what): the request decoder takes what its own reader refuses: \(error)")
        }
        let written = write(message, header)
        let again: (Message, Int)
        do { again = try read(Message.self, written, header) } catch {
            throw PropertyFailure("\(what): refuses what it wrote itself: \(error)")
        }
        try require(again.1 == 0, "\(what): \(again.1) bytes are left of what it wrote itself")
        try require(again.0 == message, "\(what): reads back another message")
        try require(write(again.0, header) == written, "\(what): writes the same message differently")
        // Tagged fields and padding are skipped, so that what is written is never longer than what was read, but for varints
        // that were written longer than need be.
        try require(
            written.readableBytes <= body.readableBytes,
            "\(what): \(body.readableBytes) bytes became \(written.readableBytes)")
    }

    private static func read<Message: KafkaMessage>(
        _: Message.Type, _ bytes: ByteBuffer, _ header: RequestHeader
    ) throws(WireError) -> (Message, left: Int) {
        var reader = WireReader(bytes, version: header.version, flexible: header.api.isFlexible(header.version))
        let message = try Message(from: &reader)
        return (message, reader.remaining)
    }

    static func write(_ message: some KafkaMessage, _ header: RequestHeader) -> ByteBuffer {
        var writer = WireWriter(version: header.version, flexible: header.api.isFlexible(header.version))
        message.write(to: &writer)
        return WireFrame.joined(writer.finish())
    }
}
