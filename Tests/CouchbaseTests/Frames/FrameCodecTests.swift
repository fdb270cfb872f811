import NIOCore
import TestSupport
import Testing

@testable import Couchbase

@Suite("Frames")
struct FrameCodecTests {
    @Test("A get in the default collection has the bytes of the protocol's documents")
    func goldenGet() throws {
        var bytes = ByteBuffer()
        try RequestFrame(opcode: .get, vbucket: 115, opaque: 7, key: ByteBuffer(bytes: [0] + "foo".utf8))
            .encode(into: &bytes)
        #expect(bytes == ByteBuffer(hex: "800000040000007300000004000000070000000000000000" + "00666f6f"))
    }

    @Test("Majority durability is 11 01, with a timeout of 1,500 ms it is 13 01 05 dc, and makes the frame flexible")
    func goldenDurability() throws {
        var plain = ByteBuffer()
        try RequestFrameItem.durability(level: 1, timeoutMilliseconds: nil).item.encode(into: &plain)
        #expect(plain == ByteBuffer(hex: "1101"))
        var frame = ByteBuffer()
        try RequestFrame(
            opcode: .delete, framing: [.durability(level: 1, timeoutMilliseconds: 1_500)], key: ByteBuffer(string: "k")
        ).encode(into: &frame)
        #expect(frame == ByteBuffer(hex: "080404010000000000000005000000000000000000000000" + "130105dc" + "6b"))
    }

    @Test("An item's id or length of 15 and more takes a further byte, the id's first")
    func escapedItem() throws {
        var bytes = ByteBuffer()
        let item = FrameItem(id: 16, payload: ByteBuffer(repeating: 0xaa, count: 17))
        try item.encode(into: &bytes)
        #expect(bytes.getBytes(at: 0, length: 3) == [0xff, 1, 2])
        #expect(try FrameItem.decode(bytes) == [item])
    }

    @Test("A flexible response tells how long the server took")
    func serverDuration() {
        let item = FrameItem(id: 0, payload: ByteBuffer(integer: UInt16(100)))
        let response = ResponseFrame(opcode: .get, status: .success, framing: [item])
        // 100 ^ 1.74 / 2 microseconds
        #expect(response.serverDuration == .nanoseconds(1_509_975))
        #expect(ResponseFrame(opcode: .get, status: .success).serverDuration == nil)
    }

    @Test("Frames come out as they went in, however the stream is cut", arguments: 0..<200 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let frames: [Frame] = (0..<10).map { _ in
            Bool.random(using: &generator)
                ? .request(.random(using: &generator)) : .response(.random(using: &generator))
        }
        var stream = ByteBuffer()
        for frame in frames {
            switch frame {
            case .request(let request): try request.encode(into: &stream)
            case .response(let response): try response.encode(into: &stream)
            }
        }
        var decoder = FrameDecoder()
        var decoded: [Frame] = []
        while stream.readableBytes > 0 {
            let size = min(stream.readableBytes, .random(in: 1...3_000, using: &generator))
            let piece = stream.readSlice(length: size)
            decoder.append(try #require(piece))
            while let frame = try decoder.next() { decoded.append(frame) }
        }
        #expect(decoded == frames)
        #expect(decoder.bufferedBytes == 0)
    }

    @Test(
        "Damaged bytes are a frame or a named error, and never more than the limit", arguments: 0..<500 as Range<UInt64>
    )
    func fuzz(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var stream = ByteBuffer()
        for _ in 0..<5 { try RequestFrame.random(using: &generator).encode(into: &stream) }
        for _ in 0..<Int.random(in: 1...8, using: &generator) {
            let place = Int.random(in: 0..<stream.writerIndex, using: &generator)
            stream.setInteger(UInt8.random(in: 0...255, using: &generator), at: place)
        }
        var decoder = FrameDecoder(bodyLimit: 4_096)
        decoder.append(stream)
        do {
            while let frame = try decoder.next() {
                // What was decoded can be written again, or names what does not fit.
                var again = ByteBuffer()
                if case .request(let request) = frame { try request.encode(into: &again) }
                if case .response(let response) = frame { try response.encode(into: &again) }
                #expect(again.readableBytes <= FrameHeader.size + 4_096)
            }
        } catch {
            #expect(!error.description.isEmpty)
        }
    }
}
