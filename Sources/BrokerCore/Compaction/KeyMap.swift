import NIOCore

/// The latest offset of each key, in bounded memory.
///
/// Keys are represented by 128 bits of a keyed hash, so two different ones are taken for the same with a chance of less
/// than 1 in 2^80, even with a million million of them.
struct KeyMap {
    private struct Fingerprint: Hashable {
        var high: UInt64
        var low: UInt64
    }

    private var offsets: [Fingerprint: Int64] = [:]

    var count: Int { offsets.count }

    mutating func note(_ key: ByteBuffer, offset: Int64) {
        offsets[Self.fingerprint(key)] = offset
    }

    /// The latest offset that was noted for the key.
    func latest(_ key: ByteBuffer) -> Int64? { offsets[Self.fingerprint(key)] }

    private static func fingerprint(_ key: ByteBuffer) -> Fingerprint {
        key.withUnsafeReadableBytes { bytes in
            // Hasher's seed changes from process to process, which changes no result short of a collision.
            func hash(_ salt: UInt8) -> UInt64 {
                var hasher = Hasher()
                hasher.combine(salt)
                hasher.combine(bytes: bytes)
                return UInt64(bitPattern: Int64(hasher.finalize()))
            }
            return Fingerprint(high: hash(0), low: hash(1))
        }
    }
}
