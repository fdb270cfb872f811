import Hummingbird

/// Hands requests on with the plain spelling of their path: `/%61pi` is `/api` (RFC 3986, 6.2.2.2).
///
/// Only characters that mean the same either way are decoded. `%2F` is no separator, and `%3F` begins no query.
struct UnreservedPathResponder<Base: HTTPResponder>: HTTPResponder {
    let base: Base

    func respond(to request: Request, context: Base.Context) async throws -> Response {
        guard let path = request.head.path, path.utf8.contains(0x25) else {
            return try await base.respond(to: request, context: context)
        }
        var head = request.head
        head.path = UnreservedPath.decoded(path)
        return try await base.respond(to: Request(head: head, body: request.body), context: context)
    }
}

enum UnreservedPath {
    /// The path with its unreserved characters decoded; a query behind it stays as it is.
    static func decoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        let source = Array(text.utf8)
        bytes.reserveCapacity(source.count)
        var place = 0
        while place < source.count {
            let byte = source[place]
            if byte == 0x3F { break }
            if byte == 0x25, place + 2 < source.count, let high = hexadecimal(source[place + 1]),
                let low = hexadecimal(source[place + 2]),
                isUnreserved(high << 4 | low)
            {
                bytes.append(high << 4 | low)
                place += 3
            } else {
                bytes.append(byte)
                place += 1
            }
        }
        bytes.append(contentsOf: source[place...])
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: true
        default: false
        }
    }

    static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}
