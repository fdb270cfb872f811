import NIOCore
import TestSupport
import Testing

@testable import Couchbase

@Suite("Collection ids and values")
struct ValueCodecTests {
    @Test(
        "A collection id has the bytes of the protocol's documents",
        arguments: [
            (0, "00"), (0x7f, "7f"), (0x80, "8001"), (0x555, "d50a"), (UInt32.max, "ffffffff0f"),
        ] as [(UInt32, String)])
    func collectionID(number: UInt32, hex: String) throws {
        var bytes = ByteBuffer()
        UnsignedLEB128.encode(number, into: &bytes)
        #expect(bytes == ByteBuffer(hex: hex))
        #expect(try UnsignedLEB128.decode(&bytes) == number)
        #expect(bytes.readableBytes == 0)
    }

    @Test("Each random collection id comes out as it went in", arguments: 0..<100 as Range<UInt64>)
    func randomCollectionID(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let number =
            UInt32.random(in: 0...UInt32.max, using: &generator) >> UInt32.random(in: 0..<32, using: &generator)
        var bytes = ByteBuffer()
        UnsignedLEB128.encode(number, into: &bytes)
        #expect(try UnsignedLEB128.decode(&bytes) == number)
    }

    @Test(
        "A collection id that does not end, is too large or has a shorter form is refused",
        arguments: ["", "80", "8000", "ffffffffff01", "ffffffff1f", "808080808001"])
    func damagedCollectionID(hex: String) {
        var bytes = ByteBuffer(hex: hex)
        #expect(throws: FrameError.damagedLEB128) { try UnsignedLEB128.decode(&bytes) }
    }

    @Test("A value is packed only where it gets smaller, and comes out as it went in")
    func snappy() throws {
        let long = ByteBuffer(string: String(repeating: "order ", count: 100))
        let packed = try #require(Snappy.compressIfSmaller(long))
        #expect(packed.readableBytes < 100)
        #expect(try FrameValue(packed, dataType: [.snappy, .json]).bytes == long)
        #expect(try FrameValue(packed, dataType: [.snappy, .json]).isJSON)
        #expect(Snappy.compressIfSmaller(ByteBuffer(repeating: 0, count: 31)) == nil)
        var generator = SeededGenerator(seed: 1)
        #expect(Snappy.compressIfSmaller(.random(count: 500...500, using: &generator)) == nil)
    }

    @Test("A packed value beyond the limit, or that lies about its size, takes no memory")
    func snappyLimits() throws {
        let packed = try #require(Snappy.compressIfSmaller(ByteBuffer(repeating: 0, count: 10_000)))
        #expect(throws: FrameError.valueTooLarge(limit: 9_999)) {
            try FrameValue(packed, dataType: .snappy, limit: 9_999)
        }
        #expect(throws: FrameError.damagedCompression) {
            try FrameValue(ByteBuffer(hex: "80808001"), dataType: .snappy)
        }
        #expect(throws: FrameError.damagedCompression) { try FrameValue(ByteBuffer(), dataType: .snappy) }
    }

    @Test("Damaged packed values are refused or unpacked, without a crash", arguments: 0..<300 as Range<UInt64>)
    func snappyFuzz(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var packed = try #require(
            Snappy.compressIfSmaller(ByteBuffer(string: String(repeating: "abc\(seed)", count: 40))))
        packed.setInteger(
            UInt8.random(in: 0...255, using: &generator), at: .random(in: 0..<packed.writerIndex, using: &generator))
        do {
            #expect(try FrameValue(packed, dataType: .snappy, limit: 10_000).bytes.readableBytes <= 10_000)
        } catch {
            #expect([.damagedCompression, .valueTooLarge(limit: 10_000)].contains(error))
        }
    }

    @Test("Extended attributes before a value are skipped, and must end within it")
    func attributes() throws {
        let value = ByteBuffer(hex: "000000026162" + "7b7d")
        #expect(try FrameValue(value, dataType: [.attributes, .json]).bytes == ByteBuffer(string: "{}"))
        #expect(throws: FrameError.damagedAttributes) {
            try FrameValue(ByteBuffer(hex: "0000000561"), dataType: .attributes)
        }
    }

    @Test("No two opcodes have one name")
    func opcodeNames() {
        let names = (0...255).map { Opcode(rawValue: UInt8($0)).description }
        #expect(Set(names).count == 256)
        #expect(Opcode.get.description == "get")
        #expect(Opcode(rawValue: 0xee).description == "opcode 0xee")
    }
}
