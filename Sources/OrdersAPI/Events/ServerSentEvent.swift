import NIOCore
import OrderEvents

/// The pieces of a `text/event-stream`. Source: "Server-sent events" in the HTML standard.
enum ServerSentEvent {
    static let contentType = "text/event-stream"

    /// A comment: keeps the connection and what stands between alive, and nobody sees it.
    static let keepAlive = ByteBuffer(string: ": keep-alive\n\n")

    /// How long a browser waits before it connects again.
    static let retry = "retry: 2000\n\n"

    /// The last event of a stream that the server ends.
    static let bye = ByteBuffer(string: "event: bye\ndata: {}\n\n")

    /// An event without the empty line that ends it, so that an id may still follow.
    static func open(_ name: StaticString, data: (inout JSONBytes) -> Void) -> ByteBuffer {
        var bytes = JSONBytes(capacity: 512)
        bytes.append("event: ")
        bytes.append(name)
        bytes.append("\ndata: ")
        data(&bytes)
        bytes.append("\n")
        return bytes.withUnsafeBytes { ByteBuffer(bytes: $0) }
    }

    static func open(_ name: StaticString, object: (inout JSONWriter) -> Void) -> ByteBuffer {
        var writer = JSONWriter(capacity: 512)
        writer.object(object)
        let json = writer.bytes
        return open(name) { bytes in json.withUnsafeBytes { bytes.append(contentsOf: $0) } }
    }
}

/// Several events that are written to a client at once; the last carries the position that they lead to.
struct EventFrame: Sendable {
    private(set) var events: [ByteBuffer] = []

    var isEmpty: Bool { events.isEmpty }

    mutating func append(_ openEvent: ByteBuffer) {
        events.append(openEvent)
    }

    /// The bytes for the socket. An empty position gives no id.
    func bytes(position: LogPosition, prefix: String = "") -> ByteBuffer {
        let id = position.isEmpty ? "" : "id: \(position)\n"
        var buffer = ByteBuffer()
        buffer.reserveCapacity(prefix.utf8.count + id.utf8.count + events.reduce(0) { $0 + $1.readableBytes + 1 })
        buffer.writeString(prefix)
        for (index, event) in events.enumerated() {
            buffer.writeImmutableBuffer(event)
            if index == events.count - 1 { buffer.writeString(id) }
            buffer.writeInteger(0x0A as UInt8)
        }
        return buffer
    }
}
