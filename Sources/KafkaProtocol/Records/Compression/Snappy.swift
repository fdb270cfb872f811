import CCompression
import NIOCore

/// Snappy as Kafka's clients write it: either one raw block (librdkafka, Go) or blocks in the frame of the xerial
/// library (Java, kafka-python): magic, two versions, then each block behind its length.
enum Snappy {
    private static let frameMagic: [UInt8] = [0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]
    private static let frameHeaderSize = 16
    private static let frameBlockSize = 32 << 10

    /// - Parameter strictly: takes only version 1 of the frame, compatible with 1: kafka-python takes another for a raw
    ///   block.
    static func decompress(_ input: ByteBuffer, limit: Int, strictly: Bool = false) throws(RecordError) -> ByteBuffer {
        var output = ByteBuffer()
        guard input.readableBytes >= frameHeaderSize, input.readableBytesView.starts(with: frameMagic) else {
            try appendBlock(input, to: &output, limit: limit)
            return output
        }
        var rest = input
        rest.moveReaderIndex(forwardBy: frameMagic.count)
        guard let (version, compatible) = rest.readMultipleIntegers(as: (Int32, Int32).self),
            !strictly || (version == 1 && compatible == 1)
        else { throw .decompressionFailed(.snappy) }
        while rest.readableBytes > 0 {
            guard let length = rest.readInteger(as: Int32.self), length >= 0,
                let block = rest.readSlice(length: Int(length))
            else { throw .decompressionFailed(.snappy) }
            try appendBlock(block, to: &output, limit: limit)
        }
        return output
    }

    private static func appendBlock(_ block: ByteBuffer, to output: inout ByteBuffer, limit: Int) throws(RecordError) {
        var size = 0
        let known = block.withUnsafeReadableBytes {
            snappy_uncompressed_length($0.baseAddress?.assumingMemoryBound(to: CChar.self), $0.count, &size)
                == SNAPPY_OK
        }
        guard known else { throw .decompressionFailed(.snappy) }
        guard size <= limit - output.readableBytes else { throw .decompressedTooLarge(limit: limit) }
        // An element of a block yields at most 64 bytes for 3, so a size beyond that is a lie that is not worth memory.
        guard size <= block.readableBytes * 64 else { throw .decompressionFailed(.snappy) }
        var status = SNAPPY_OK
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: max(size, 1)) { space in
            block.withUnsafeReadableBytes { bytes in
                var written = size
                status = snappy_uncompress(
                    bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count,
                    space.baseAddress?.assumingMemoryBound(to: CChar.self), &written)
                return status == SNAPPY_OK ? written : 0
            }
        }
        guard status == SNAPPY_OK else { throw .decompressionFailed(.snappy) }
    }

    /// In the frame, which every client reads.
    static func compress(_ input: ByteBuffer) throws(RecordError) -> ByteBuffer {
        var output = ByteBuffer()
        output.writeBytes(frameMagic)
        output.writeMultipleIntegers(Int32(1), Int32(1))
        var rest = input
        while let block = rest.readSlice(length: min(frameBlockSize, rest.readableBytes)), block.readableBytes > 0 {
            let lengthIndex = output.writerIndex
            output.writeInteger(Int32(0))
            let bound = snappy_max_compressed_length(block.readableBytes)
            let written = output.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { space in
                block.withUnsafeReadableBytes { bytes in
                    var written = bound
                    let status = snappy_compress(
                        bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count,
                        space.baseAddress?.assumingMemoryBound(to: CChar.self), &written)
                    return status == SNAPPY_OK ? written : 0
                }
            }
            guard written > 0 else { throw .decompressionFailed(.snappy) }
            output.setInteger(Int32(written), at: lengthIndex)
        }
        return output
    }
}
