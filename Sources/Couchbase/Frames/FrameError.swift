/// Why bytes are no frame. The stream cannot be read beyond it: the connection has to be closed.
enum FrameError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The first byte is none of the protocol's.
    case unknownMagic(UInt8)
    /// The body is longer than what is read.
    case bodyTooLarge(Int, limit: Int)
    /// The parts are longer together than the body.
    case partsExceedBody(parts: Int, body: Int)
    /// The framing extras end within an item, or an item has an impossible length.
    case damagedFramingExtras
    /// A request whose parts do not fit their length fields cannot be written.
    case partTooLong(String, Int, limit: Int)
    /// The value says that it is compressed, but it cannot be unpacked.
    case damagedCompression
    /// Unpacked, the value is longer than what is read.
    case valueTooLarge(limit: Int)
    /// The extended attributes before the value do not end within it.
    case damagedAttributes
    /// A number in the LEB128 form does not end, is too large, or is not in its shortest form.
    case damagedLEB128

    var description: String {
        switch self {
        case .unknownMagic(let byte): "0x\(String(byte, radix: 16)) does not begin a frame of the protocol"
        case .bodyTooLarge(let size, let limit): "a body of \(size) bytes is above the limit of \(limit)"
        case .partsExceedBody(let parts, let body): "the parts have \(parts) bytes, but the body has \(body)"
        case .damagedFramingExtras: "the framing extras are damaged"
        case .partTooLong(let part, let size, let limit): "the \(part) has \(size) bytes, more than \(limit)"
        case .damagedCompression: "the compressed value cannot be unpacked"
        case .valueTooLarge(let limit): "the unpacked value has more than \(limit) bytes"
        case .damagedAttributes: "the extended attributes do not end within the value"
        case .damagedLEB128: "a collection id is not a shortest LEB128 number"
        }
    }
}
