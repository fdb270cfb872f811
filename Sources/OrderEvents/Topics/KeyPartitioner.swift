/// The partition of a key, as the Java client's default partitioner and librdkafka's `murmur2` choose it.
public enum KeyPartitioner {
    /// 32-bit MurmurHash2 with Kafka's seed, 0x9747b28c
    /// (source: apache/kafka, clients, `org.apache.kafka.common.utils.Utils.murmur2`).
    public static func murmur2(_ key: UnsafeRawBufferPointer) -> UInt32 {
        let multiplier: UInt32 = 0x5bd1_e995
        var hash: UInt32 = 0x9747_b28c ^ UInt32(truncatingIfNeeded: key.count)
        let whole = key.count & ~3
        var place = 0
        while place < whole {
            var word = UInt32(littleEndian: key.loadUnaligned(fromByteOffset: place, as: UInt32.self))
            word = word &* multiplier
            word ^= word >> 24
            word = word &* multiplier
            hash = hash &* multiplier ^ word
            place += 4
        }
        let rest = key.count - whole
        if rest > 0 {
            if rest == 3 { hash ^= UInt32(key[whole + 2]) << 16 }
            if rest >= 2 { hash ^= UInt32(key[whole + 1]) << 8 }
            hash ^= UInt32(key[whole])
            hash = hash &* multiplier
        }
        hash ^= hash >> 13
        hash = hash &* multiplier
        hash ^= hash >> 15
        return hash
    }

    /// The partition of `key` among `count`, which is at least 1.
    public static func partition(ofKey key: UnsafeRawBufferPointer, count: Int32) -> Int32 {
        precondition(count >= 1)
        return Int32(murmur2(key) & 0x7fff_ffff) % count
    }
}
