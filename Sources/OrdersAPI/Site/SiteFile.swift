import NIOCore

/// One file of the dashboard, as it is sent.
struct SiteFile: Sendable {
    let contentType: String
    let cacheControl: String
    let body: ByteBuffer
    /// The same compressed, where the build made it.
    let gzip: ByteBuffer?
    /// A strong validator of `body`, with its quotes. The compressed form has its own, see ``entityTag(gzip:)``.
    let entityTag: String

    init(path: String, body: [UInt8], gzip: [UInt8]?) {
        contentType = MediaTypes.contentType(ofPath: path)
        cacheControl = Self.hasHashedName(path) ? "public, max-age=31536000, immutable" : "no-cache"
        self.body = ByteBuffer(bytes: body)
        self.gzip = gzip.map { ByteBuffer(bytes: $0) }
        entityTag = "\"\(String(body.count, radix: 36))-\(String(Self.digest(body), radix: 36))\""
    }

    func entityTag(gzip: Bool) -> String {
        gzip ? entityTag.dropLast() + "-gz\"" : entityTag
    }

    /// FNV-1a, 64 bits: tells versions of a file apart; nothing here defends against somebody who crafts files.
    private static func digest(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }

    /// Whether a bundler named the file after its content (`app-5F3A91BC.js`): such a name never changes its content.
    static func hasHashedName(_ path: String) -> Bool {
        let name = path.split(separator: "/").last ?? ""
        let parts = name.split(whereSeparator: { $0 == "-" || $0 == "." })
        guard parts.count >= 3 else { return false }
        return parts.dropFirst().dropLast().contains { part in
            part.utf8.count >= 8 && part.utf8.contains { $0 >= 0x30 && $0 <= 0x39 }
                && part.utf8.allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || (($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A) }
        }
    }
}

/// Content types by file extension: what a dashboard's bundle holds.
enum MediaTypes {
    static func contentType(ofPath path: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: ".") else { return "application/octet-stream" }
        return byExtension[name[name.index(after: dot)...].lowercased()] ?? "application/octet-stream"
    }

    private static let byExtension = [
        "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8",
        "mjs": "text/javascript; charset=utf-8",
        "css": "text/css; charset=utf-8", "json": "application/json", "map": "application/json",
        "webmanifest": "application/manifest+json", "svg": "image/svg+xml", "png": "image/png", "ico": "image/x-icon",
        "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp", "woff2": "font/woff2", "woff": "font/woff",
        "txt": "text/plain; charset=utf-8",
    ]
}
