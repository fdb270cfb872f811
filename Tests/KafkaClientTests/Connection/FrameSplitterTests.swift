import NIOCore
import TestSupport
import Testing

@testable import KafkaClient

@Suite struct FrameSplitterTests {
    private func frame(_ bytes: [UInt8]) -> [UInt8] {
        withUnsafeBytes(of: Int32(bytes.count).bigEndian) { Array($0) } + bytes
    }

    @Test(arguments: 0..<50) func framesComeWholeHoweverTheyAreCut(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let frames = (0..<20).map { number in
            [UInt8](repeating: UInt8(number), count: [0, 1, 3, 50, 4_000].randomElement(using: &random)!)
        }
        var stream = frames.flatMap(frame)[...]
        var splitter = FrameSplitter(limit: 4_000)
        var found: [[UInt8]] = []
        var held: [ByteBuffer] = []
        while !stream.isEmpty {
            let part = stream.prefix(Int.random(in: 1...[2, 30, 9_000].randomElement(using: &random)!, using: &random))
            stream = stream.dropFirst(part.count)
            splitter.append(ByteBuffer(bytes: part))
            while let frame = try splitter.next() { held.append(frame) }
        }
        // Only now: what comes later changes none of them.
        for frame in held { found.append(Array(frame.readableBytesView)) }
        #expect(found == frames)
        #expect(splitter.pendingBytes == 0)
    }

    @Test func aLargeFrameIsStoredOnceAndAFrameBehindItIsNotStoredWithIt() throws {
        var splitter = FrameSplitter(limit: 1 << 20)
        let stream = frame([UInt8](repeating: 7, count: 1 << 20)) + frame([1, 2, 3])
        var storages: Set<UInt> = []
        var frames: [ByteBuffer] = []
        for start in stride(from: 0, to: stream.count, by: 60_000) {
            splitter.append(ByteBuffer(bytes: stream[start..<min(start + 60_000, stream.count)]))
            while let frame = try splitter.next() { frames.append(frame) }
        }
        for frame in frames {
            frame.withVeryUnsafeBytes { _ = storages.insert(UInt(bitPattern: $0.baseAddress)) }
        }
        #expect(frames.map(\.readableBytes) == [1 << 20, 3])
        #expect(frames[0].capacity < (1 << 20) * 2)
        #expect(storages.count == 2)
    }

    @Test func anAnnouncementBeyondTheLimitIsRefused() throws {
        for length in [Int32(11), -1, .max] {
            var splitter = FrameSplitter(limit: 10)
            splitter.append(ByteBuffer(integer: length))
            #expect(throws: ClientError.self) { try splitter.next() }
        }
    }
}
