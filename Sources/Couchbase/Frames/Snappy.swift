import ByteCompression
import NIOCore

/// One raw Snappy block.
enum Snappy {
    /// Below it, packing does not pay.
    static let smallestInput = 32
    /// What is packed to more than this part is sent unpacked.
    static let largestRatio = 0.83

    /// The packed form, where it is worth it.
    static func compressIfSmaller(_ input: ByteBuffer) -> ByteBuffer? {
        // A value that cannot be packed goes as it is.
        guard input.readableBytes >= smallestInput, let output = try? ByteCompression.Snappy.compressBlock(input),
            Double(output.readableBytes) < Double(input.readableBytes) * largestRatio
        else { return nil }
        return output
    }

    /// - Throws: ``FrameError/valueTooLarge(limit:)`` before memory is taken for it.
    static func decompress(_ input: ByteBuffer, limit: Int) throws(FrameError) -> ByteBuffer {
        do {
            return try ByteCompression.Snappy.decompressBlock(input, limit: limit)
        } catch {
            throw error.code == .tooLarge ? .valueTooLarge(limit: limit) : .damagedCompression
        }
    }
}
