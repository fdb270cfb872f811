import NIOCore
import TestSupport
import Testing

@testable import BrokerCore
@testable import KafkaProtocol
@testable import KafkaRecords

@Suite struct WireReaderTests {
    func written(_ body: (inout WireWriter) -> Void) -> ByteBuffer {
        var writer = WireWriter()
        body(&writer)
        return WireFrame.joined(writer.finish())
    }

    /// Reads with the cursor that records are read with.
    func read<Value>(_ buffer: ByteBuffer, _ body: (inout RecordLayout.Cursor) -> Value?) -> Value? {
        buffer.withUnsafeReadableBytes { bytes in
            var cursor = RecordLayout.Cursor(bytes: bytes, position: 0, end: bytes.count)
            guard let value = body(&cursor), cursor.position == cursor.end else { return nil }
            return value
        }
    }

    @Test("Varints of every width survive the way out and back")
    func varints() throws {
        let longs: [Int64] = [0, 1, -1, 63, 64, -64, -65, 8191, 1 << 31, -(1 << 31), .max, .min]
        for value in longs { #expect(read(written { $0.varlong(value) }) { $0.varlong() } == value) }
        for value in [0, 1, -1, 63, -64, 1 << 20, .max, .min] as [Int32] {
            #expect(read(written { $0.varint(value) }) { $0.varint() } == value)
        }
        for value in [0, 127, 128, 16383, 16384, .max] as [UInt32] {
            var reader = WireReader(written { $0.unsignedVarint(value) })
            let decoded = try reader.unsignedVarint()
            #expect(decoded == value)
        }
    }

    @Test("A varint that does not end within its width is refused")
    func endlessVarint() {
        let tooMany = ByteBuffer(bytes: [0xff, 0xff, 0xff, 0xff, 0xff, 0x01])
        let tooWide = ByteBuffer(bytes: [0xff, 0xff, 0xff, 0xff, 0x1f])
        for buffer in [tooMany, tooWide] {
            var reader = WireReader(buffer)
            #expect(throws: WireError.varintTooLong) { try reader.unsignedVarint() }
            #expect(read(buffer) { $0.varint() } == nil)
        }
        #expect(read(ByteBuffer(repeating: 0x80, count: 11)) { $0.varlong() } == nil)
        var cut = WireReader(ByteBuffer(bytes: [0x80]))
        #expect(throws: WireError.truncated(needed: 1, available: 0)) { try cut.unsignedVarint() }
        #expect(read(ByteBuffer(bytes: [0x80])) { $0.varint() } == nil)
    }

    @Test("A length is believed only as far as bytes are there")
    func hostileLengths() {
        var array = WireReader(written { $0.int32(.max) })
        #expect(throws: WireError.countExceedsFrame(count: Int(Int32.max), available: 0)) {
            try array.array() as [Int32]
        }
        var bytes = WireReader(written { $0.int32(.max) })
        #expect(throws: WireError.truncated(needed: Int(Int32.max), available: 0)) { try bytes.bytes() }
        var negative = WireReader(written { $0.int32(-2) })
        #expect(throws: WireError.negativeLength(-2)) { try negative.nullableBytes() }
        var null = WireReader(written { $0.int16(-1) })
        #expect(throws: WireError.negativeLength(-1)) { try null.string() }
        var compact = WireReader(written { $0.unsignedVarint(.max) }, flexible: true)
        #expect(throws: WireError.stringTooLong(Int(UInt32.max) - 1)) { try compact.string() }
        var tags = WireReader(written { $0.unsignedVarint(5) }, flexible: true)
        #expect(throws: WireError.countExceedsFrame(count: 5, available: 0)) { try tags.endStructure() }
    }

    @Test("A frame of more array elements than the limit is refused before they are stored")
    func elementBudget() {
        let count = WireReader.maximumElements + 1
        var buffer = ByteBuffer()
        buffer.writeInteger(Int32(count))
        buffer.writeRepeatingByte(0, count: count)
        var reader = WireReader(buffer)
        #expect(throws: WireError.tooManyElements(limit: WireReader.maximumElements)) { try reader.array() as [String] }
    }

    @Test("Strings that are not UTF-8 are refused")
    func invalidText() {
        var reader = WireReader(ByteBuffer(bytes: [0, 2, 0xc3, 0x28]))
        #expect(throws: WireError.invalidUTF8) { try reader.string() }
    }

    @Test("Tagged fields that nobody asks for are skipped")
    func unknownTags() throws {
        var reader = WireReader(ByteBuffer(bytes: [2, 0, 3, 1, 2, 3, 9, 0, 0x2a]), flexible: true)
        try reader.endStructure()
        let next = try reader.int8()
        #expect(next == 0x2a)
    }

    @Test("Tagged fields are read in any order and written by ascending tag, unless they have their default")
    func taggedFields() throws {
        // No error, no APIs, no throttling; then of 4 tagged fields: 1 (an epoch), 9 (unknown), 0 (one feature), 3 (the default).
        let features = "02" + "02" + "78" + "0001" + "0004" + "00"
        let read = ByteBuffer(
            hex: "0000" + "01" + "00000000" + "04" + "01" + "08" + "0000000000000007" + "09" + "01" + "ff" + "00" + "08"
                + features
                + "03" + "01" + "00")
        let written = ByteBuffer(
            hex: "0000" + "01" + "00000000" + "02" + "00" + "08" + features + "01" + "08" + "0000000000000007")
        let message = try WireMessageTests.decode(ApiVersionsResponse.self, read, version: 3)
        #expect(message.supportedFeatures == [.init(name: "x", minVersion: 1, maxVersion: 4)])
        #expect(message.finalizedFeaturesEpoch == 7 && message.finalizedFeatures.isEmpty)
        #expect(WireMessageTests.encode(message, version: 3) == written)
        #expect(try WireMessageTests.decode(ApiVersionsResponse.self, written, version: 3) == message)
        #expect(WireMessageTests.encode(message, version: 2) == ByteBuffer(hex: "0000" + "00000000" + "00000000"))
        for length in 0..<read.readableBytes {
            let cut = try #require(read.getSlice(at: 0, length: length))
            #expect(throws: WireError.self) { try WireMessageTests.decode(ApiVersionsResponse.self, cut, version: 3) }
        }
    }

    @Test("Large record sections travel uncopied between the encoded parts")
    func splicing() throws {
        let large = ByteBuffer(repeating: 7, count: WireWriter.spliceThreshold)
        let small = ByteBuffer(repeating: 8, count: 10)
        let response = FetchResponse(topics: [
            .init(
                topic: "t",
                partitions: [
                    .init(partitionIndex: 0, records: large), .init(partitionIndex: 1, records: small),
                    .init(partitionIndex: 2, records: large),
                ])
        ])
        let chunks = WireFrame.response(response, version: 12, correlationID: 9)
        #expect(chunks.count == 5)
        #expect(chunks[1] == large && chunks[3] == large)
        var frame = WireFrame.joined(chunks)
        let prefix = frame.readInteger(as: Int32.self)
        let length = try #require(prefix)
        #expect(Int(length) == frame.readableBytes)
        let decoded = try WireFrame.decodeResponse(FetchResponse.self, from: frame, version: 12)
        #expect(decoded.correlationID == 9)
        #expect(decoded.body == response)
    }
}
