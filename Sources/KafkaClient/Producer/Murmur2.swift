/// The hash by which Kafka's Java client chooses a partition for a key (MurmurHash2, 32 bits, with Kafka's seed).
enum Murmur2 {
    static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        let multiplier: UInt32 = 0x5bd1_e995
        var hash = 0x9747_b28c ^ UInt32(truncatingIfNeeded: bytes.count)
        var position = 0
        while bytes.count - position >= 4 {
            var word = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
            word &*= multiplier
            word ^= word >> 24
            word &*= multiplier
            hash = (hash &* multiplier) ^ word
            position += 4
        }
        let rest = bytes.count - position
        if rest >= 3 { hash ^= UInt32(bytes[position + 2]) << 16 }
        if rest >= 2 { hash ^= UInt32(bytes[position + 1]) << 8 }
        if rest >= 1 { hash = (hash ^ UInt32(bytes[position])) &* multiplier }
        hash = (hash ^ (hash >> 13)) &* multiplier
        return hash ^ (hash >> 15)
    }

    /// The partition of a key, as the Java client chooses it.
    static func partition(of key: UnsafeRawBufferPointer, count: Int) -> Int32 {
        Int32(truncatingIfNeeded: Int(hash(key) & 0x7fff_ffff) % count)
    }
}
