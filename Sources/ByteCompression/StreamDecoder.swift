/// Unpacks a compressed stream piece by piece.
public protocol StreamDecoder: AnyObject {
    /// Takes some of `input` and writes some of what comes out to `space`. Call it again with the rest until it takes
    /// and gives nothing.
    func decode(_ input: UnsafeRawBufferPointer, into space: UnsafeMutableRawBufferPointer) throws(CompressionError)
        -> DecodedPart

    /// To be called after the last byte.
    /// - Throws: ``CompressionError/Code/truncated`` if the stream has not ended.
    func finish() throws(CompressionError)
}

/// How far one step of a ``StreamDecoder`` came.
public struct DecodedPart: Sendable {
    /// Bytes of the input that were taken.
    public let consumed: Int
    /// Bytes of the space that were filled.
    public let produced: Int
}

extension StreamDecoder {
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
                guard part.consumed > 0 || part.produced > 0 else {
                    throw CompressionError(.damaged, "the compressed stream is damaged")
                }
            }
        }
    }
}
