import CCompression
import NIOCore

@testable import BrokerCore
@testable import KafkaProtocol
@testable import KafkaRecords

/// Writes compressed streams of which one client reads more, less or something else than another.
///
/// The input's first byte names the codec, each of the next seven (up to a zero) a piece of the stream; the rest is what is compressed.
struct CodecScript {
    let codec: Compression
    /// Whether it is one plain frame: something that all clients read alike.
    let isPlain: Bool
    let stream: [UInt8]
    let content: [UInt8]

    init?(_ input: [UInt8]) {
        let codecs: [Compression] = [.gzip, .snappy, .lz4, .zstd]
        guard input.count >= 9 else { return nil }
        codec = codecs[Int(input[0]) % codecs.count]
        content = Array(input.dropFirst(8))
        var stream: [UInt8] = []
        var pieces = 0
        for code in input[1..<8] where code != 0 {
            guard let piece = Self.piece(code, codec, content, stream) else { return nil }
            stream = piece
            pieces += 1
        }
        isPlain = pieces == 1 && (input.dropFirst().first { $0 != 0 } ?? 0) % 16 <= 3
        self.stream = stream
    }

    /// The stream with one more piece.
    private static func piece(_ code: UInt8, _ codec: Compression, _ content: [UInt8], _ stream: [UInt8]) -> [UInt8]? {
        let half = content.count / 2
        switch code % 16 {
        case 0...3: return frame(codec, content, variant: code % 16).map { stream + $0 }
        case 4: return frame(codec, Array(content.prefix(half)), variant: code >> 4 & 3).map { stream + $0 }
        case 5:
            return frame(codec, Array(content.suffix(content.count - half)), variant: code >> 4 & 3).map { stream + $0 }
        case 6: return frame(codec, [], variant: code >> 4 & 3).map { stream + $0 }
        case 7: return stream + content.prefix(Int(code >> 4) + 1)
        case 8: return stream + [UInt8](repeating: 0, count: Int(code >> 4) + 1)
        case 9: return Array(stream.dropLast(Int(code >> 4) + 1))
        // A skippable frame of four bytes, for LZ4 and Zstandard alike.
        case 10: return stream + [0x50 | code >> 4, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]
        case 11: return changed(stream, at: 0, by: code >> 4)
        case 12: return changed(stream, at: Int(code >> 4), by: 1)
        case 13: return withHeaderChecksum(changed(stream, at: 4, by: code & 0xf0), codec)
        case 14: return changed(stream, at: 11, by: code >> 4)
        default: return changed(stream, at: stream.count - 1 - Int(code >> 4), by: 0x80)
        }
    }

    /// The stream with the header checksum that a short LZ4 header must have, so that what was changed in it counts.
    private static func withHeaderChecksum(_ stream: [UInt8], _ codec: Compression) -> [UInt8] {
        guard codec == .lz4, stream.count > 6 else { return stream }
        var stream = stream
        stream[6] = UInt8(truncatingIfNeeded: StrictStreams.xxh32(stream[4..<6]) >> 8)
        return stream
    }

    private static func changed(_ stream: [UInt8], at index: Int, by bits: UInt8) -> [UInt8] {
        guard stream.indices.contains(index) else { return stream }
        var stream = stream
        stream[index] ^= bits
        return stream
    }

    /// A whole frame, in one of four forms that are all legal.
    private static func frame(_ codec: Compression, _ content: [UInt8], variant: UInt8) -> [UInt8]? {
        switch codec {
        case .gzip: gzip(content, variant)
        case .lz4: lz4(content, variant)
        case .zstd: zstd(content, variant)
        case .snappy: snappy(content, variant)
        case .none: nil
        }
    }

    /// With a name, a comment and an extra field in the header, or without.
    private static func gzip(_ content: [UInt8], _ variant: UInt8) -> [UInt8]? {
        guard let packed = try? Compression.gzip.compress(ByteBuffer(bytes: content)) else { return nil }
        var bytes = Array(packed.readableBytesView)
        let additions: [(flag: UInt8, bytes: [UInt8])] = [
            (0, []), (8, [0x6e, 0]), (16, [0x63, 0]), (4, [2, 0, 7, 7]),
        ]
        let addition = additions[Int(variant)]
        bytes[3] = addition.flag
        bytes.insert(contentsOf: addition.bytes, at: 10)
        return bytes
    }

    private static func lz4(_ content: [UInt8], _ variant: UInt8) -> [UInt8]? {
        var preferences = LZ4F_preferences_t()
        preferences.frameInfo.blockMode = LZ4F_blockIndependent
        if variant & 1 != 0 { preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled }
        if variant & 2 != 0 {
            preferences.frameInfo.blockChecksumFlag = LZ4F_blockChecksumEnabled
            preferences.frameInfo.contentSize = UInt64(content.count)
        }
        var bytes = [UInt8](repeating: 0, count: LZ4F_compressFrameBound(content.count, &preferences))
        let size = LZ4F_compressFrame(&bytes, bytes.count, content, content.count, &preferences)
        return LZ4F_isError(size) == 0 ? Array(bytes.prefix(size)) : nil
    }

    private static func zstd(_ content: [UInt8], _ variant: UInt8) -> [UInt8]? {
        guard let context = ZSTD_createCCtx() else { return nil }
        defer { ZSTD_freeCCtx(context) }
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, Int32(variant & 1))
        ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, Int32(variant >> 1 ^ 1))
        var bytes = [UInt8](repeating: 0, count: ZSTD_compressBound(content.count))
        let size = ZSTD_compress2(context, &bytes, bytes.count, content, content.count)
        return ZSTD_isError(size) == 0 ? Array(bytes.prefix(size)) : nil
    }

    /// One raw block, or the xerial frame with one to three blocks.
    private static func snappy(_ content: [UInt8], _ variant: UInt8) -> [UInt8]? {
        func block(_ content: ArraySlice<UInt8>) -> [UInt8]? {
            var size = snappy_max_compressed_length(content.count)
            var bytes = [UInt8](repeating: 0, count: size)
            let status = content.withUnsafeBytes { source in
                bytes.withUnsafeMutableBytes {
                    snappy_compress(
                        source.baseAddress?.assumingMemoryBound(to: CChar.self), source.count,
                        $0.baseAddress?.assumingMemoryBound(to: CChar.self), &size)
                }
            }
            return status == SNAPPY_OK ? Array(bytes.prefix(size)) : nil
        }
        guard variant > 0 else { return block(content[...]) }
        var bytes: [UInt8] = [0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]
        let step = max(1, (content.count + Int(variant) - 1) / Int(variant))
        for start in stride(from: 0, to: content.count, by: step) {
            guard let packed = block(content[start..<min(content.count, start + step)]) else { return nil }
            var length = [UInt8](repeating: 0, count: 4)
            BatchMending.put(Int32(packed.count), &length, 0)
            bytes += length + packed
        }
        return bytes
    }
}
