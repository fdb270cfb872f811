import NIOCore
import TestSupport
import Testing

@testable import BrokerCore
@testable import KafkaProtocol

@Suite struct ServedAPIsTests {
    func frame(_ request: some KafkaRequest, version: Int16) -> ByteBuffer {
        var frame = WireFrame.joined(
            WireFrame.request(request, version: version, correlationID: 77, clientID: "tester"))
        frame.moveReaderIndex(forwardBy: 4)
        return frame
    }

    @Test("A frame decodes to its header and body", arguments: [3, 4] as [Int16])
    func decodes(version: Int16) throws {
        let heartbeat = HeartbeatRequest(groupID: "g", generationID: 3, memberID: "m", groupInstanceID: "i")
        let (header, request) = try ServedAPIs.decode(frame(heartbeat, version: version))
        #expect(
            header == RequestHeader(api: HeartbeatRequest.api, version: version, correlationID: 77, clientID: "tester"))
        #expect(request as? HeartbeatRequest == heartbeat)
    }

    @Test("An ApiVersions request of an unknown version is answered with the version to use")
    func futureAPIVersions() throws {
        var buffer = ByteBuffer()
        buffer.writeMultipleIntegers(Int16(18), Int16(99), Int32(5), Int16(-1))
        buffer.writeRepeatingByte(0xee, count: 20)
        let (header, request) = try ServedAPIs.decode(buffer)
        #expect(request is ApiVersionsRequest && !header.isSupported)
        let answer = WireFrame.joined(
            WireFrame.response(
                ApiVersions.unsupportedVersionResponse, version: 0, correlationID: header.correlationID))
        #expect(answer == ByteBuffer(hex: "00000010" + "00000005" + "0023" + "00000001" + "0012" + "0000" + "0003"))
    }

    @Test("A client that asks for ApiVersions gets every API that is served, and Produce from version 0 on")
    func advertised() throws {
        let harness = try CoreHarness()
        let answer = harness.response(harness.send(ApiVersionsRequest()), as: ApiVersionsResponse.self)
        #expect(answer?.apis.count == ServedAPIs.requests.count)
        #expect(answer?.apis.first == .init(apiKey: 0, minVersion: 0, maxVersion: 12))
        let keys = ServedAPIs.requests.map { $0.api.key }
        #expect(keys == keys.sorted() && Set(keys).count == keys.count)
        #expect(answer?.finalizedFeatures.map(\.name) == ["transaction.version"])
        #expect(answer?.finalizedFeatures.first?.maxVersionLevel == 2)
        let unknown = harness.response(harness.send(ApiVersionsRequest(), version: 99), as: ApiVersionsResponse.self)
        #expect(unknown == ApiVersions.unsupportedVersionResponse)
    }

    @Test("Unknown APIs and unsupported versions are refused, trailing bytes are skipped")
    func refusals() {
        var unknown = ByteBuffer()
        unknown.writeMultipleIntegers(Int16(9999), Int16(0), Int32(1), Int16(-1))
        #expect(throws: WireError.unknownAPIKey(9999)) { try ServedAPIs.decode(unknown) }
        var old = ByteBuffer()
        old.writeMultipleIntegers(Int16(0), Int16(2), Int32(1), Int16(-1))
        #expect(throws: WireError.unsupportedVersion(ProduceRequest.api, 2)) { try ServedAPIs.decode(old) }
        var long = frame(HeartbeatRequest(), version: 4)
        long.writeInteger(UInt8(0))
        #expect(throws: Never.self) { try ServedAPIs.decode(long) }
        #expect(throws: WireError.self) { try ServedAPIs.decode(ByteBuffer()) }
    }

    @Test("Bytes behind a request are ignored, since librdkafka sends some")
    func trailingBytes() throws {
        var long = frame(MetadataRequest(topics: nil), version: 9)
        long.writeInteger(UInt8(0))
        #expect(try ServedAPIs.decode(long).request as? MetadataRequest == MetadataRequest(topics: nil))
    }
}
