import NIOCore

/// Unpacks a compressed stream piece by piece.
public protocol StreamDecoder: AnyObject {
    /// The format's name, for messages.
    static var format: String { get }

    /// Whether a whole stream has been unpacked and no other has begun.
    var isBetweenStreams: Bool { get }

    /// Takes some of `input` and writes some of what comes out to `space`. Call it again with the rest until it takes
    /// and gives nothing.
    func decode(_ input: UnsafeRawBufferPointer, into space: UnsafeMutableRawBufferPointer) throws(CompressionError)
        -> DecodedPart
}

/// How far one step of a ``StreamDecoder`` came.
public struct DecodedPart: Sendable {
    /// Bytes of the input that were taken.
    public var consumed = 0
    /// Bytes of the space that were filled.
    public var produced = 0
}

extension StreamDecoder {
    var damaged: CompressionError { CompressionError(.damaged, "the \(Self.format) stream is damaged") }

    /// To be called after the last byte.
    /// - Throws: ``CompressionError/Code/truncated`` if the stream has not ended.
    public func finish() throws(CompressionError) {
        guard isBetweenStreams else {
            throw CompressionError(.truncated, "the \(Self.format) stream is cut off: its end is missing")
        }
    }

    /// Hands everything that comes out of `input` to `body`, a piece at a time.
    public func decodeAll(
        _ input: UnsafeRawBufferPointer, pieceBytes: Int = 65_536, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try withUnsafeTemporaryAllocation(byteCount: pieceBytes, alignment: 16) { space in
            var rest = input[...]
            while true {
                let part = try decode(UnsafeRawBufferPointer(rebasing: rest), into: space)
                rest = rest.dropFirst(part.consumed)
                if part.produced > 0 { try body(UnsafeRawBufferPointer(rebasing: space[..<part.produced])) }
                if rest.isEmpty, part.produced < space.count { return }
                guard part.consumed > 0 || part.produced > 0 else { throw damaged }
            }
        }
    }

    /// What `input`, the whole of it, was packed from.
    ///
    /// - Parameter single: takes one stream only, with nothing behind it.
    /// - Throws: ``CompressionError/Code/tooLarge`` as soon as more than `limit` bytes come out.
    func decodeWhole(_ input: ByteBuffer, limit: Int, single: Bool) throws(CompressionError) -> ByteBuffer {
        var output = ByteBufferAllocator().buffer(capacity: min(max(input.readableBytes * 4, 512), limit))
        var consumed = 0
        while consumed < input.readableBytes || !isBetweenStreams {
            if single, isBetweenStreams { throw damaged }
            guard output.readableBytes <= limit else { throw CompressionError(tooLargeFor: limit) }
            let part = try decodePart(of: input, from: consumed, into: &output, limit: limit)
            consumed += part.consumed
            if part.consumed == 0, part.produced == 0 {
                try finish()
                throw damaged
            }
        }
        guard output.readableBytes <= limit else { throw CompressionError(tooLargeFor: limit) }
        return output
    }

    /// One step. At the limit there is one byte of room, which tells "exactly full" from "too large".
    private func decodePart(
        of input: ByteBuffer, from position: Int, into output: inout ByteBuffer, limit: Int
    ) throws(CompressionError) -> DecodedPart {
        let room = min(max(output.readableBytes, 4096), limit - output.readableBytes + 1)
        var result = Result<DecodedPart, CompressionError>.success(DecodedPart())
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { space in
            input.withUnsafeReadableBytes { bytes in
                let rest = UnsafeRawBufferPointer(rebasing: bytes[position...])
                let space = UnsafeMutableRawBufferPointer(rebasing: space.prefix(room))
                result = Result { () throws(CompressionError) in try decode(rest, into: space) }
                return (try? result.get().produced) ?? 0
            }
        }
        return try result.get()
    }
}

extension ByteBuffer {
    /// A buffer of at most `bound` bytes that `fill` makes of this one's.
    ///
    /// - Parameter fill: returns how many bytes it wrote; 0 if it failed.
    func packed(
        bound: Int, _ fill: (_ input: UnsafeRawBufferPointer, _ space: UnsafeMutableRawBufferPointer) -> Int
    ) throws(CompressionError) -> ByteBuffer {
        var output = ByteBufferAllocator().buffer(capacity: bound)
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { space in
            withUnsafeReadableBytes { fill($0, space) }
        }
        guard output.readableBytes > 0 else { throw CompressionError(.unavailable, "the bytes cannot be packed") }
        return output
    }
}
