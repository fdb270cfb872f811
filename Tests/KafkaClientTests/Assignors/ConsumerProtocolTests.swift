import KafkaProtocol
import NIOCore
import TestSupport
import Testing

@testable import KafkaClient

@Suite struct ConsumerProtocolTests {
    private let full = ConsumerSubscription(
        topics: ["b", "a"], userData: ByteBuffer(bytes: [7]),
        owned: [
            TopicPartition(topic: "b", partition: 1), TopicPartition(topic: "a", partition: 2),
            TopicPartition(topic: "a", partition: 0),
        ], generation: 5, rackID: "r")

    @Test func `The newest version has the bytes that Java's client writes`() {
        // version 3; topics a, b; user data 07; owned a [0, 2], b [1]; generation 5; rack r
        let expected: [UInt8] =
            [0, 3] + [0, 0, 0, 2, 0, 1, 0x61, 0, 1, 0x62] + [0, 0, 0, 1, 7]
            + [0, 0, 0, 2, 0, 1, 0x61, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0x62, 0, 0, 0, 1, 0, 0, 0, 1]
            + [0, 0, 0, 5] + [0, 1, 0x72]
        #expect(Array(full.encoded().readableBytesView) == expected)
    }

    @Test func `A version has the fields that it has, and others keep their defaults`() throws {
        for version in Int16(0)...3 {
            let read = try ConsumerSubscription(decoding: full.encoded(version: version))
            #expect(read.topics == ["a", "b"])
            #expect(read.userData == full.userData)
            #expect(Set(read.owned) == (version >= 1 ? Set(full.owned) : []))
            #expect(read.generation == (version >= 2 ? 5 : -1))
            #expect(read.rackID == (version >= 3 ? "r" : nil))
        }
    }

    @Test func `A newer version is read as the newest known one`() throws {
        var bytes = full.encoded()
        bytes.setInteger(Int16(9), at: bytes.readerIndex)
        bytes.writeInteger(UInt32(1))
        let read = try ConsumerSubscription(decoding: bytes)
        #expect(read.generation == 5)
        #expect(read.rackID == "r")
    }

    @Test func `Version 1 without the partitions that it adds is read as version 0`() throws {
        var bytes = full.encoded(version: 0)
        bytes.setInteger(Int16(1), at: bytes.readerIndex)
        #expect(try ConsumerSubscription(decoding: bytes).topics == ["a", "b"])
    }

    @Test func `A subscription that is cut short is refused`() {
        let whole = full.encoded()
        for length in 0..<whole.readableBytes {
            let bytes = whole.getSlice(at: whole.readerIndex, length: length) ?? ByteBuffer()
            #expect(throws: WireError.self) { try ConsumerSubscription(decoding: bytes) }
        }
    }

    @Test func `An assignment survives its encoding, and no bytes are no partitions`() throws {
        let assignment = ConsumerAssignment(partitions: full.owned.sorted())
        for version in Int16(0)...3 {
            #expect(try ConsumerAssignment(decoding: assignment.encoded(version: version)) == assignment)
        }
        #expect(try ConsumerAssignment(decoding: ByteBuffer()).partitions.isEmpty)
        #expect(
            Array(ConsumerAssignment(partitions: []).encoded().readableBytesView) == [
                0, 3, 0, 0, 0, 0, 255, 255, 255, 255,
            ])
    }
}
