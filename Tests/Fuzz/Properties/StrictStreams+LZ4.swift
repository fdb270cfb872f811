/// The LZ4 frame format as Java's client reads it: independent blocks, no dictionary.
extension StrictStreams {
    static func lz4(_ bytes: [UInt8]) -> [UInt8]? {
        guard little(bytes, 0, 4) == 0x184D_2204, bytes.count >= 11 else { return nil }
        let (flags, block) = (bytes[4], bytes[5])
        guard flags & 0xe3 == 0x60, block & 0x8f == 0, block >> 4 >= 4 else { return nil }
        let maximum = 1 << (8 + 2 * Int(block >> 4))
        var position = 6
        var contentSize: UInt64?
        if flags & 0x08 != 0 {
            contentSize = little(bytes, 6, 8)
            position = 14
        }
        guard position < bytes.count, bytes[position] == UInt8(truncatingIfNeeded: xxh32(bytes[4..<position]) >> 8)
        else { return nil }
        position += 1
        var content: [UInt8] = []
        while let header = little(bytes, position, 4) {
            position += 4
            if header == 0 { return end(bytes, position, content, hasChecksum: flags & 0x04 != 0, contentSize) }
            let size = Int(header & 0x7fff_ffff)
            guard size <= maximum, position + size <= bytes.count else { return nil }
            let stored = bytes[position..<position + size]
            position += size
            if flags & 0x10 != 0 {
                guard little(bytes, position, 4) == UInt64(xxh32(stored)) else { return nil }
                position += 4
            }
            guard let plain = header & 0x8000_0000 != 0 ? Array(stored) : lz4Block(stored, maximum: maximum) else {
                return nil
            }
            content += plain
            guard content.count <= 1 << 22 else { return nil }
        }
        return nil
    }

    private static func end(
        _ bytes: [UInt8], _ position: Int, _ content: [UInt8], hasChecksum: Bool, _ contentSize: UInt64?
    ) -> [UInt8]? {
        if hasChecksum, little(bytes, position, 4) != UInt64(xxh32(content[...])) { return nil }
        if let contentSize, contentSize != 0, contentSize != UInt64(content.count) { return nil }
        return position + (hasChecksum ? 4 : 0) == bytes.count ? content : nil
    }

    /// Sequences of literals and copies; the last has literals only.
    private static func lz4Block(_ bytes: ArraySlice<UInt8>, maximum: Int) -> [UInt8]? {
        var rest = bytes
        var content: [UInt8] = []
        func length(_ nibble: UInt8) -> Int? {
            var length = Int(nibble)
            guard nibble == 15 else { return length }
            while let byte = rest.popFirst() {
                length += Int(byte)
                if byte != 255 { return length }
            }
            return nil
        }
        while let token = rest.popFirst() {
            guard let literals = length(token >> 4), rest.count >= literals, content.count + literals <= maximum else {
                return nil
            }
            content += rest.prefix(literals)
            rest = rest.dropFirst(literals)
            if rest.isEmpty { return content }
            guard rest.count >= 2 else { return nil }
            let offset = Int(rest[rest.startIndex]) | Int(rest[rest.startIndex + 1]) << 8
            rest = rest.dropFirst(2)
            guard let count = length(token & 15), content.count + count + 4 <= maximum,
                copy(offset, count + 4, in: &content)
            else { return nil }
        }
        return nil
    }

    /// xxHash, 32 bits, seed 0.
    static func xxh32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        let primes: [UInt32] = [2_654_435_761, 2_246_822_519, 3_266_489_917, 668_265_263, 374_761_393]
        func rotate(_ value: UInt32, _ count: UInt32) -> UInt32 { value << count | value >> (32 - count) }
        func word(_ index: Int) -> UInt32 { (0..<4).reduce(0) { $0 | UInt32(bytes[index + $1]) << (8 * UInt32($1)) } }
        var index = bytes.startIndex
        var hash = primes[4]
        if bytes.count >= 16 {
            var lanes: [UInt32] = [primes[0] &+ primes[1], primes[1], 0, 0 &- primes[0]]
            while bytes.endIndex - index >= 16 {
                for lane in 0..<4 {
                    lanes[lane] = rotate(lanes[lane] &+ word(index + 4 * lane) &* primes[1], 13) &* primes[0]
                }
                index += 16
            }
            hash = rotate(lanes[0], 1) &+ rotate(lanes[1], 7) &+ rotate(lanes[2], 12) &+ rotate(lanes[3], 18)
        }
        hash = hash &+ UInt32(truncatingIfNeeded: bytes.count)
        while bytes.endIndex - index >= 4 {
            hash = rotate(hash &+ word(index) &* primes[2], 17) &* primes[3]
            index += 4
        }
        while index < bytes.endIndex {
            hash = rotate(hash &+ UInt32(bytes[index]) &* primes[4], 11) &* primes[0]
            index += 1
        }
        hash = (hash ^ hash >> 15) &* primes[1]
        hash = (hash ^ hash >> 13) &* primes[2]
        return hash ^ hash >> 16
    }
}
