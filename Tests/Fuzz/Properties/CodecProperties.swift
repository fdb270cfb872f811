import NIOCore

@testable import BrokerCore
@testable import KafkaProtocol
@testable import KafkaRecords

/// What a producer may send compressed is what the strictest client reads, and gives what that client gets.
enum CodecProperties {
    private static let limit = 1 << 20

    static func check(_ input: UnsafeRawBufferPointer) throws {
        guard input.count <= 64 << 10, let script = CodecScript(Array(input)) else { return }
        try compare(script.codec, script.stream)
        guard script.isPlain else { return }
        try require(
            taken(script.codec, script.stream) == script.content,
            "a plain \(script.codec) stream is refused or read otherwise")
    }

    private static func compare(_ codec: Compression, _ stream: [UInt8]) throws {
        let taken = taken(codec, stream)
        let strict: [UInt8]? =
            switch codec {
            case .none: stream
            case .gzip: StrictStreams.gzip(stream)
            case .snappy: StrictStreams.snappy(stream)
            case .lz4: StrictStreams.lz4(stream)
            case .zstd: StrictStreams.zstd(stream)
            }
        guard let taken else {
            return try require(
                strict == nil || strict.map { $0.count > limit } == true,
                "\(codec): the broker refuses what a strict client reads")
        }
        try require(strict != nil, "\(codec): the broker takes what a strict client does not read")
        try require(strict == taken, "\(codec): the broker reads something else than a strict client")
        // What is taken strictly is in the log, and read there without.
        let stored = try codec.decompress(ByteBuffer(bytes: stream), limit: limit)
        try require(Array(stored.readableBytesView) == taken, "\(codec): what was taken reads otherwise in the log")
    }

    /// What the broker makes of a producer's stream, nil if it refuses it.
    private static func taken(_ codec: Compression, _ stream: [UInt8]) -> [UInt8]? {
        do {
            return Array(
                try codec.decompress(ByteBuffer(bytes: stream), limit: limit, strictly: true).readableBytesView)
        } catch {
            // Refused, which is compared with what the strict reader says.
            return nil
        }
    }
}
