import KafkaRecords
import NIOCore
import TestSupport
import Testing

@testable import KafkaClient

@Suite struct EncodingTests {
    /// The values that Java's own tests have for `Utils.murmur2`.
    @Test(
        arguments: [
            ("21", -973_932_308), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971), ("abc", 479_470_107),
        ] as [(String, Int32)])
    func theHashOfKeysIsThatOfJavasClient(_ text: String, _ hash: Int32) {
        var text = text
        #expect(text.withUTF8 { Murmur2.hash(UnsafeRawBufferPointer($0)) } == UInt32(bitPattern: hash))
    }

    private func view(
        _ key: [UInt8]?, _ value: [UInt8]?, _ time: Int64, _ headers: [RecordHeader] = [], _ body: (RecordView) -> Void
    ) {
        func pointer(_ bytes: [UInt8]?, _ next: (UnsafeRawBufferPointer?) -> Void) {
            guard let bytes else { return next(nil) }
            bytes.withUnsafeBytes { next($0) }
        }
        pointer(key) { key in
            pointer(value) { value in body(RecordView(key: key, value: value, timestamp: time, headers: headers)) }
        }
    }

    @Test func aBatchIsTheSameAsThatOfTheBuilder() throws {
        var header = RecordBatchHeader()
        header.attributes = RecordAttributes()
        var builder = RecordBatchBuilder(header: header)
        var buffer = BatchBuffer(capacity: 1)
        var generator = SeededGenerator(seed: 7)
        for index in 0..<200 {
            let key: [UInt8]? = Bool.random(using: &generator) ? nil : bytes(&generator, 40)
            let value: [UInt8]? = index % 7 == 0 ? nil : bytes(&generator, 300)
            let time = 1_700_000_000_000 + Int64.random(in: -100_000...100_000, using: &generator)
            builder.append(
                offset: Int64(index), timestamp: time, key: key.map { ByteBuffer(bytes: $0) },
                value: value.map { ByteBuffer(bytes: $0) })
            view(key, value, time) { record in
                let before = buffer.byteCount
                buffer.append(record)
                #expect(buffer.byteCount - before <= BatchBuffer.bound(record))
            }
        }
        let expected = try builder.finish()
        let (made, bytes) = buffer.finish(.none)
        let batch = ProducedBatch(
            place: .init(topic: 0, partition: 0), number: 1, header: made, bytes: bytes, reservedBytes: 0, createdAt: 0,
            tokens: [])
        batch.seal(nil, isTransactional: false)
        #expect(batch.bytes == expected.bytes)
    }

    private func bytes(_ generator: inout SeededGenerator, _ limit: Int) -> [UInt8] {
        (0..<Int.random(in: 0..<limit, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    @Test(arguments: Compression.allCases)
    func aCompressedBatchIsReadAsItWasWritten(_ compression: Compression) throws {
        var buffer = BatchBuffer(capacity: 1)
        let headers = [RecordHeader(name: "trace", value: Array("x".utf8)), RecordHeader(name: "null", value: nil)]
        for index in 0..<100 {
            view(Array("key\(index)".utf8), Array(repeating: 7, count: 200), Int64(index), headers) {
                buffer.append($0)
            }
        }
        let (header, bytes) = buffer.finish(compression)
        #expect(header.attributes.compression == compression)
        let batch = ProducedBatch(
            place: .init(topic: 0, partition: 0), number: 1, header: header, bytes: bytes, reservedBytes: 0,
            createdAt: 0, tokens: [])
        batch.seal(ProducerStamp(producerID: 9, epoch: 3, sequence: 77), isTransactional: true)
        var rest = batch.bytes
        let read = try #require(try RecordBatch.next(from: &rest))
        try read.verifyChecksum()
        #expect(read.header.producerID == 9 && read.header.producerEpoch == 3 && read.header.baseSequence == 77)
        #expect(read.header.attributes.isTransactional)
        var reader = try read.records(maximumDecompressedBytes: 1 << 20, strictly: true)
        var count = 0
        while let record = try reader.next() {
            #expect(record.key == ByteBuffer(string: "key\(count)"))
            #expect(read.timestamp(of: record) == Int64(count))
            count += 1
        }
        #expect(count == 100)
    }

    @Test func whatCompressionMakesLargerStaysAsItIs() {
        var buffer = BatchBuffer(capacity: 1)
        view(nil, [1], 0) { buffer.append($0) }
        #expect(buffer.finish(.gzip).header.attributes.compression == Compression.none)
    }
}
