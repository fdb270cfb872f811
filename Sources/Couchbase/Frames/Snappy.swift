import CCompression
import NIOCore

/// One raw Snappy block.
enum Snappy {
    /// Below it, packing does not pay.
    static let smallestInput = 32
    /// What is packed to more than this part is sent unpacked.
    static let largestRatio = 0.83

    /// The packed form, where it is worth it.
    static func compressIfSmaller(_ input: ByteBuffer) -> ByteBuffer? {
        guard input.readableBytes >= smallestInput else { return nil }
        var output = ByteBuffer()
        var isPacked = false
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: snappy_max_compressed_length(input.readableBytes)) {
            space in
            input.withUnsafeReadableBytes { bytes in
                var written = space.count
                isPacked =
                    snappy_compress(
                        bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count,
                        space.baseAddress?.assumingMemoryBound(to: CChar.self), &written) == SNAPPY_OK
                return isPacked ? written : 0
            }
        }
        let isSmaller = Double(output.readableBytes) < Double(input.readableBytes) * largestRatio
        return isPacked && isSmaller ? output : nil
    }

    /// - Throws: ``FrameError/valueTooLarge(limit:)`` before memory is taken for it.
    static func decompress(_ input: ByteBuffer, limit: Int) throws(FrameError) -> ByteBuffer {
        var size = 0
        let isKnown = input.withUnsafeReadableBytes {
            snappy_uncompressed_length($0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count, &size)
                == SNAPPY_OK
        }
        guard isKnown else { throw .damagedCompression }
        guard size <= limit else { throw .valueTooLarge(limit: limit) }
        // Three bytes yield at most 64, so a size beyond that is a lie that is not worth memory.
        guard size <= input.readableBytes * 64 else { throw .damagedCompression }
        var output = ByteBuffer()
        var isUnpacked = false
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: max(size, 1)) { space in
            input.withUnsafeReadableBytes { bytes in
                var written = size
                isUnpacked =
                    snappy_uncompress(
                        bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count,
                        space.baseAddress?.assumingMemoryBound(to: CChar.self), &written) == SNAPPY_OK
                return isUnpacked ? written : 0
            }
        }
        guard isUnpacked else { throw .damagedCompression }
        return output
    }
}
