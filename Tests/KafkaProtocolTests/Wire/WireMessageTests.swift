import NIOCore
import TestSupport
import Testing

@testable import BrokerCore
@testable import KafkaProtocol

@Suite struct WireMessageTests {
    static func decode<Message: KafkaMessage>(
        _: Message.Type, _ bytes: ByteBuffer, version: Int16
    ) throws -> Message {
        var reader = WireReader(bytes, version: version, flexible: Message.api.isFlexible(version))
        let message = try Message(from: &reader)
        try reader.finish()
        return message
    }

    static func encode<Message: KafkaMessage>(_ message: Message, version: Int16) -> ByteBuffer {
        var writer = WireWriter(version: version, flexible: Message.api.isFlexible(version))
        message.write(to: &writer)
        return WireFrame.joined(writer.finish())
    }

    /// Decodes and encodes again.
    static func roundTrip<Message: KafkaMessage>(
        _: Message.Type, _ bytes: ByteBuffer, version: Int16
    ) throws -> ByteBuffer {
        encode(try decode(Message.self, bytes, version: version), version: version)
    }

    static func roundTripResponse<Request: KafkaRequest>(
        of _: Request.Type, _ bytes: ByteBuffer, version: Int16
    ) throws -> ByteBuffer {
        try roundTrip(Request.Response.self, bytes, version: version)
    }

    @Test("Every version of every API that the broker serves is covered")
    func coverage() {
        for api in ServedAPIs.requests.map({ $0.api }) {
            let versions = WireVectors.all.filter { $0.type.api == api }.map(\.version)
            #expect(versions == Array(api.versions), "\(api)")
        }
    }

    @Test("Messages made by another encoder decode, and encode to the same bytes", arguments: WireVectors.all)
    func goldenBytes(vector: WireVectors) throws {
        let type = vector.type
        #expect(try Self.roundTrip(type, vector.request, version: vector.version) == vector.request)
        #expect(try Self.roundTripResponse(of: type, vector.response, version: vector.version) == vector.response)
    }

    @Test("Every message that is cut short is refused", arguments: WireVectors.all)
    func truncation(vector: WireVectors) throws {
        let type = vector.type
        for length in 0..<vector.request.readableBytes {
            let cut = try #require(vector.request.getSlice(at: 0, length: length))
            #expect(throws: WireError.self) { try Self.roundTrip(type, cut, version: vector.version) }
        }
        for length in 0..<vector.response.readableBytes {
            let cut = try #require(vector.response.getSlice(at: 0, length: length))
            #expect(throws: WireError.self) { try Self.roundTripResponse(of: type, cut, version: vector.version) }
        }
    }

    @Test(
        "Whatever bytes come, a request is read or refused, and what is read can be written", arguments: WireVectors.all
    )
    func mutation(vector: WireVectors) throws {
        let type = vector.type
        var random = SeededGenerator(seed: UInt64(vector.type.api.key) << 8 | UInt64(vector.version))
        let interesting: [UInt8] = [0x00, 0x01, 0x7f, 0x80, 0xff]
        guard vector.request.readableBytes > 0 else { return }
        for _ in 0..<300 {
            var bytes = Array(vector.request.readableBytesView)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: bytes.indices, using: &random)
                bytes[index] =
                    Bool.random(using: &random)
                    ? interesting[Int.random(in: 0..<5, using: &random)] : UInt8.random(in: 0...255, using: &random)
            }
            do {
                let again = try Self.roundTrip(type, ByteBuffer(bytes: bytes), version: vector.version)
                // What was read is a fixed point: writing it and reading it back changes nothing.
                #expect(try Self.roundTrip(type, again, version: vector.version) == again)
            } catch is WireError {}
        }
    }
}
