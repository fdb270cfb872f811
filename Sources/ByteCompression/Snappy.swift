import CCompression
import NIOCore

/// Snappy, as one raw block or as blocks in the frame of the xerial library: magic, two versions, then each block
/// behind its length.
public enum Snappy {
    private static let frameMagic: [UInt8] = [0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]
    private static let frameHeaderSize = 16
    private static let frameBlockSize = 32 << 10

    private static let damaged = CompressionError(.damaged, "the snappy block is damaged")

    // MARK: One block

    /// Packs `input` into one raw block.
    public static func compressBlock(_ input: ByteBuffer) throws(CompressionError) -> ByteBuffer {
        try input.packed(bound: snappy_max_compressed_length(input.readableBytes)) { input, space in
            var written = space.count
            let status = snappy_compress(input.characters, input.count, space.characters, &written)
            return status == SNAPPY_OK ? written : 0
        }
    }

    /// Unpacks `input`, one raw block.
    ///
    /// - Throws: ``CompressionError/Code/tooLarge`` for one of more than `limit` bytes, before memory is taken for it.
    public static func decompressBlock(_ input: ByteBuffer, limit: Int) throws(CompressionError) -> ByteBuffer {
        var output = ByteBuffer()
        try append(block: input, to: &output, limit: limit)
        return output
    }

    private static func append(
        block: ByteBuffer, to output: inout ByteBuffer, limit: Int
    ) throws(CompressionError) {
        var size = 0
        let known = block.withUnsafeReadableBytes {
            snappy_uncompressed_length($0.characters, $0.count, &size) == SNAPPY_OK
        }
        guard known else { throw damaged }
        guard size <= limit - output.readableBytes else { throw CompressionError(tooLargeFor: limit) }
        // An element of a block yields at most 64 bytes for 3, so a size beyond that is a lie that is not worth memory.
        guard size <= block.readableBytes * 64 else { throw damaged }
        var status = SNAPPY_OK
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: max(size, 1)) { space in
            block.withUnsafeReadableBytes { bytes in
                var written = size
                status = snappy_uncompress(bytes.characters, bytes.count, space.characters, &written)
                return status == SNAPPY_OK ? written : 0
            }
        }
        guard status == SNAPPY_OK else { throw damaged }
    }

    // MARK: Blocks in a frame

    /// Packs `input` in the frame.
    public static func compress(_ input: ByteBuffer) throws(CompressionError) -> ByteBuffer {
        var output = ByteBuffer()
        output.writeBytes(frameMagic)
        output.writeMultipleIntegers(Int32(1), Int32(1))
        var rest = input
        while let block = rest.readSlice(length: min(frameBlockSize, rest.readableBytes)), block.readableBytes > 0 {
            let packed = try compressBlock(block)
            output.writeInteger(Int32(packed.readableBytes))
            output.writeImmutableBuffer(packed)
        }
        return output
    }

    /// Unpacks `input`, one raw block or the frame.
    ///
    /// - Parameter strictly: takes only version 1 of the frame, compatible with 1.
    /// - Throws: ``CompressionError/Code/tooLarge`` before more than `limit` bytes are held.
    public static func decompress(
        _ input: ByteBuffer, limit: Int, strictly: Bool = false
    ) throws(CompressionError) -> ByteBuffer {
        guard input.readableBytes >= frameHeaderSize, input.readableBytesView.starts(with: frameMagic) else {
            return try decompressBlock(input, limit: limit)
        }
        var output = ByteBuffer()
        var rest = input
        rest.moveReaderIndex(forwardBy: frameMagic.count)
        guard let (version, compatible) = rest.readMultipleIntegers(as: (Int32, Int32).self),
            !strictly || (version == 1 && compatible == 1)
        else { throw damaged }
        while rest.readableBytes > 0 {
            guard let length = rest.readInteger(as: Int32.self), length >= 0,
                let block = rest.readSlice(length: Int(length))
            else { throw damaged }
            try append(block: block, to: &output, limit: limit)
        }
        return output
    }
}

extension UnsafeRawBufferPointer {
    fileprivate var characters: UnsafePointer<CChar>? { baseAddress?.assumingMemoryBound(to: CChar.self) }
}

extension UnsafeMutableRawBufferPointer {
    fileprivate var characters: UnsafeMutablePointer<CChar>? { baseAddress?.assumingMemoryBound(to: CChar.self) }
}
