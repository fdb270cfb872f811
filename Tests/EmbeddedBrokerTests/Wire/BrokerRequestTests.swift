import NIOCore
import Testing

@testable import EmbeddedBroker

@Suite struct BrokerRequestTests {
    func frame(_ request: some WireRequest, version: Int16) -> ByteBuffer {
        var frame = WireFrame.request(request, version: version, correlationID: 77, clientID: "tester")
        frame.moveReaderIndex(forwardBy: 4)
        return frame
    }

    @Test("A frame decodes to its header and body", arguments: [3, 4] as [Int16])
    func decodes(version: Int16) throws {
        let heartbeat = HeartbeatRequest(groupID: "g", generationID: 3, memberID: "m", groupInstanceID: "i")
        let (header, request) = try BrokerRequest.decode(frame(heartbeat, version: version))
        #expect(header == RequestHeader(apiKey: .heartbeat, apiVersion: version, correlationID: 77, clientID: "tester"))
        #expect(request == .heartbeat(heartbeat))
    }

    @Test("An ApiVersions request of an unknown version is told the version to use")
    func futureAPIVersions() throws {
        var buffer = ByteBuffer()
        buffer.writeMultipleIntegers(Int16(18), Int16(99), Int32(5), Int16(-1))
        buffer.writeRepeatingByte(0xee, count: 20)
        let (header, request) = try BrokerRequest.decode(buffer)
        #expect(request == .unsupportedAPIVersions)
        let answer = WireFrame.joined(
            WireFrame.response(
                ApiVersions.unsupportedVersionResponse, version: 0, correlationID: header.correlationID))
        #expect(answer == ByteBuffer(hex: "00000010" + "00000005" + "0023" + "00000001" + "0012" + "0000" + "0003"))
    }

    @Test("The response to ApiVersions has the old header even where its body is flexible")
    func apiVersionsHeader() throws {
        let answer = WireFrame.joined(
            WireFrame.response(ApiVersionsResponse(), version: 3, correlationID: 1))
        #expect(answer == ByteBuffer(hex: "0000000c" + "00000001" + "0000" + "01" + "00000000" + "00"))
    }

    @Test("Unknown APIs and unsupported versions are refused, trailing bytes are passed over")
    func refusals() {
        var unknown = ByteBuffer()
        unknown.writeMultipleIntegers(Int16(9999), Int16(0), Int32(1), Int16(-1))
        #expect(throws: WireError.unknownAPIKey(9999)) { try BrokerRequest.decode(unknown) }
        var old = ByteBuffer()
        old.writeMultipleIntegers(Int16(0), Int16(2), Int32(1), Int16(-1))
        #expect(throws: WireError.unsupportedVersion(apiKey: .produce, version: 2)) { try BrokerRequest.decode(old) }
        var long = frame(HeartbeatRequest(), version: 4)
        long.writeInteger(UInt8(0))
        #expect(throws: Never.self) { try BrokerRequest.decode(long) }
        #expect(throws: WireError.self) { try BrokerRequest.decode(ByteBuffer()) }
    }

    @Test("Bytes behind a request are ignored, since librdkafka sends some")
    func trailingBytes() throws {
        var long = frame(MetadataRequest(topics: nil), version: 9)
        long.writeInteger(UInt8(0))
        #expect(try BrokerRequest.decode(long).request == .metadata(MetadataRequest(topics: nil)))
    }

    @Test("Error codes carry the names that clients print")
    func names() {
        #expect(ErrorCode.unknownTopicOrPartition.name == "UNKNOWN_TOPIC_OR_PARTITION")
        #expect(ErrorCode(rawValue: 79)?.description == "MEMBER_ID_REQUIRED")
    }
}
