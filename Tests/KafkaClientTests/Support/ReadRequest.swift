import KafkaProtocol
import NIOCore

/// Reads a request with its length prefix and header.
func readRequest<Request: KafkaRequest>(
    _: Request.Type, _ frame: ByteBuffer
) throws -> (header: RequestHeader, body: Request) {
    var bytes = frame
    bytes.moveReaderIndex(forwardBy: 4)
    var reader = WireReader(bytes)
    let header = try RequestHeader(from: &reader) { $0 == Request.api.key ? Request.api : nil }
    return (header, try Request(from: &reader))
}
