import NIOCore
import TestSupport
import Testing

@testable import Couchbase

@Suite("Damaged frames")
struct FrameErrorTests {
    private static let header = "810000000000000000000000000000070000000000000000"

    private func decode(_ hex: String, limit: Int = FrameDecoder.defaultBodyLimit) throws(FrameError) -> Frame? {
        var decoder = FrameDecoder(bodyLimit: limit)
        decoder.append(ByteBuffer(hex: hex))
        return try decoder.next()
    }

    @Test("A first byte that begins no frame is named at once")
    func unknownMagic() {
        #expect(throws: FrameError.unknownMagic(0x48)) { try decode("48") }
    }

    @Test("A body above the limit is refused by its header alone")
    func bodyTooLarge() {
        #expect(throws: FrameError.bodyTooLarge(0x0100_0000, limit: 1_000)) {
            try decode("810000000000000001000000000000070000000000000000", limit: 1_000)
        }
    }

    @Test("Parts that are longer than their body are refused")
    func partsExceedBody() {
        #expect(throws: FrameError.partsExceedBody(parts: 9, body: 4)) {
            try decode("810000050400000000000004000000070000000000000000")
        }
    }

    @Test("A stream that is damaged stays so")
    func staysDamaged() {
        var decoder = FrameDecoder()
        decoder.append(ByteBuffer(hex: "00"))
        #expect(throws: FrameError.unknownMagic(0)) { try decoder.next() }
        decoder.append(ByteBuffer(hex: Self.header))
        #expect(throws: FrameError.unknownMagic(0)) { try decoder.next() }
    }

    @Test("Framing extras that end within an item are refused")
    func damagedFraming() {
        #expect(throws: FrameError.damagedFramingExtras) {
            try decode("180001000000000000000001000000070000000000000000" + "02")
        }
        #expect(throws: FrameError.damagedFramingExtras) { try FrameItem.decode(ByteBuffer(hex: "f0")) }
        // Durability has one byte or three.
        #expect(throws: FrameError.damagedFramingExtras) {
            try RequestFrameItem(FrameItem(id: 1, payload: ByteBuffer(hex: "0105")))
        }
    }

    @Test("A key that is too long for its field is not written")
    func longKey() {
        var bytes = ByteBuffer()
        let flexible = RequestFrame(
            opcode: .set, framing: [.preserveExpiry], key: ByteBuffer(repeating: 0x61, count: 256))
        #expect(throws: FrameError.partTooLong("key", 256, limit: 255)) { try flexible.encode(into: &bytes) }
        #expect(bytes.readableBytes == 0)
    }

    @Test("Half a header is no frame yet")
    func incomplete() throws {
        #expect(try decode(String(Self.header.dropLast(2))) == nil)
        #expect(try decode(Self.header) != nil)
    }
}
