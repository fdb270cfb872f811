import TestSupport

/// Damages inputs in the ways that break parsers; the same seed damages in the same way.
struct CorpusMutator {
    private var random: SeededGenerator
    /// What inputs are spliced with.
    private let corpus: [[UInt8]]

    init(seed: UInt64, corpus: [[UInt8]]) {
        random = SeededGenerator(seed: seed)
        self.corpus = corpus
    }

    private static let interesting: [UInt8] = [0x00, 0x01, 0x7f, 0x80, 0xff, 0x22, 0x7b, 0x30]

    /// An input of the corpus with one to four changes.
    mutating func next() -> [UInt8] {
        var bytes = corpus.randomElement(using: &random) ?? []
        for _ in 0..<Int.random(in: 1...4, using: &random) { change(&bytes) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return bytes.append(UInt8.random(in: 0...255, using: &random)) }
        let place = Int.random(in: 0..<bytes.count, using: &random)
        let length = Int.random(in: 1...min(32, bytes.count - place), using: &random)
        switch Int.random(in: 0..<8, using: &random) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 2:
            // The whole of an integer: lengths and counts are where decoders trap.
            let value = Self.interesting.randomElement(using: &random) ?? 0
            for index in place..<min(bytes.count, place + [1, 2, 4, 8][Int.random(in: 0..<4, using: &random)]) {
                bytes[index] = value
            }
        case 3: bytes.removeSubrange(place..<place + length)
        case 4: bytes.insert(contentsOf: bytes[place..<place + length], at: place)
        case 5: bytes.removeLast(bytes.count - place)
        case 6: bytes[place] = bytes[place] &+ (Bool.random(using: &random) ? 1 : 0xff)
        default:
            let other = corpus.randomElement(using: &random) ?? []
            guard !other.isEmpty else { return }
            bytes.replaceSubrange(place..., with: other[Int.random(in: 0..<other.count, using: &random)...])
        }
    }
}
