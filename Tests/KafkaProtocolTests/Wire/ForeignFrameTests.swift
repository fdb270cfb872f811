import NIOCore
import TestSupport
import Testing

@testable import BrokerCore
@testable import KafkaProtocol

/// Requests that foreign clients have sent, in the versions that they choose.
@Suite struct ForeignFrameTests {
    private static func request(_ frame: ForeignFrame) -> (any KafkaRequest.Type)? {
        ServedAPIs.requests.first { $0.api.key == frame.key }
    }

    /// Reads a request and what its header says.
    static func read<Request: KafkaRequest>(
        _: Request.Type, _ frame: ForeignFrame
    ) throws -> (header: RequestHeader, body: Request) {
        var bytes = frame.bytes
        let length = bytes.readInteger(as: Int32.self)
        #expect(length == Int32(bytes.readableBytes))
        var reader = WireReader(bytes)
        let header = try RequestHeader(from: &reader) { $0 == Request.api.key ? Request.api : nil }
        let body = try Request(from: &reader)
        try reader.finish()
        return (header, body)
    }

    /// A client that reads with the same types would write the same bytes.
    private static func written<Request: KafkaRequest>(_ type: Request.Type, _ frame: ForeignFrame) throws -> ByteBuffer
    {
        let (header, body) = try read(type, frame)
        return WireFrame.joined(
            WireFrame.request(
                body, version: header.version, correlationID: header.correlationID, clientID: header.clientID))
    }

    /// librdkafka before 2.1 writes a byte too many behind ListGroups of version 4.
    private static let sound = ForeignFrame.all.filter {
        !($0.client == "confluent-legacy" && $0.key == ListGroupsRequest.api.key && $0.version == 4)
    }

    @Test(arguments: sound)
    func `A foreign client's request is read, and written again to the same bytes`(_ frame: ForeignFrame) throws {
        let type = try #require(Self.request(frame), "\(frame)")
        guard type.api.versions.contains(frame.version) else { return }
        #expect(try Self.written(type, frame) == frame.bytes)
    }
}
