import CCompression

/// The Castagnoli checksum (polynomial 0x1EDC6F41, reflected) that guards record batches: RFC 3720, appendix B.4.
///
/// By the processor's own instruction where it has one, else sixteen bytes a step through sixteen tables ("slicing").
package enum CRC32C {
    /// Sixteen tables of 256 entries, one after the other. Written once before it is published, never after, never
    /// freed.
    private nonisolated(unsafe) static let tables: UnsafePointer<UInt32> = {
        let tables = UnsafeMutablePointer<UInt32>.allocate(capacity: 16 * 256)
        for index in 0..<256 {
            var value = UInt32(index)
            for _ in 0..<8 { value = (value >> 1) ^ (0x82f6_3b78 & (0 &- (value & 1))) }
            tables[index] = value
        }
        for index in 256..<(16 * 256) {
            let previous = tables[index - 256]
            tables[index] = (previous >> 8) ^ tables[Int(previous & 0xff)]
        }
        return UnsafePointer(tables)
    }()

    private static let hasInstruction = crc32c_is_supported() != 0

    /// The checksum of `bytes`, or of what came before and `bytes` if `seed` is the checksum of the former.
    package static func checksum(_ bytes: UnsafeRawBufferPointer, seed: UInt32 = 0) -> UInt32 {
        guard hasInstruction, let start = bytes.baseAddress else { return tableChecksum(bytes, seed: seed) }
        return ~crc32c_extend(~seed, start.assumingMemoryBound(to: UInt8.self), bytes.count)
    }

    /// The same without the instruction.
    package static func tableChecksum(_ bytes: UnsafeRawBufferPointer, seed: UInt32 = 0) -> UInt32 {
        guard var pointer = bytes.baseAddress else { return seed }
        let tables = tables
        var crc = ~seed
        var left = bytes.count
        while left >= 16 {
            let low = UInt64(littleEndian: pointer.loadUnaligned(as: UInt64.self)) ^ UInt64(crc)
            let high = UInt64(littleEndian: pointer.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            crc = fold(low, tables + 8 * 256) ^ fold(high, tables)
            pointer += 16
            left &-= 16
        }
        while left > 0 {
            crc = (crc >> 8) ^ tables[Int(UInt8(truncatingIfNeeded: crc) ^ pointer.load(as: UInt8.self))]
            pointer += 1
            left &-= 1
        }
        return ~crc
    }

    /// Eight bytes, the first of them through the last of the eight tables.
    @inline(__always)
    private static func fold(_ word: UInt64, _ tables: UnsafePointer<UInt32>) -> UInt32 {
        @inline(__always) func part(_ index: Int) -> UInt32 {
            tables[(7 &- index) &* 256 &+ Int(truncatingIfNeeded: (word >> UInt64(index &* 8)) & 0xff)]
        }
        return (part(0) ^ part(1)) ^ (part(2) ^ part(3)) ^ (part(4) ^ part(5)) ^ (part(6) ^ part(7))
    }
}
