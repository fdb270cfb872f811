import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// Serves the dashboard's files from memory, and reads them again when they change on disk.
final class StaticSite: Sendable {
    private struct State: Sendable {
        var snapshot = SiteSnapshot.empty
        var checked: ContinuousClock.Instant?
    }

    private let directory: String?
    private let logger: Logger
    private let state = Mutex(State())

    /// How often the directory is looked at, at most.
    static let checkInterval: Duration = .seconds(2)

    /// - Parameter directory: Where the built dashboard is; nil to serve none.
    init(directory: String?, logger: Logger) {
        self.directory = directory
        self.logger = logger
    }

    func response(to request: Request) async throws -> Response {
        let snapshot = await current()
        guard let path = QueryValues.decoded(request.uri.path.replacing("+", with: "%2B")[...]) else {
            throw Problem.badRequest("The path is not percent-encoded UTF-8")
        }
        guard snapshot.files["/index.html"] != nil else { return missing(path: path) }
        guard let file = snapshot.file(forPath: path) else { return Self.notFound(path: path) }
        let response = Self.response(
            file, acceptEncoding: request.headers[.acceptEncoding], ifNoneMatch: request.headers[.ifNoneMatch])
        return request.method == .head ? response.createHeadResponse() : response
    }

    /// Whether there is a file at a request's path.
    func has(_ request: Request) async -> Bool {
        guard let path = QueryValues.decoded(request.uri.path.replacing("+", with: "%2B")[...]) else { return false }
        return await current().file(forPath: path) != nil
    }

    private func current() async -> SiteSnapshot {
        guard let directory else { return .empty }
        let now = ContinuousClock.now
        let (snapshot, isDue) = state.withLock { state in
            let isDue = state.checked.map { now - $0 >= Self.checkInterval } ?? true
            // Whoever comes meanwhile is served from what there is, but for the very first.
            if isDue, state.checked != nil { state.checked = now }
            return (state.snapshot, isDue)
        }
        guard isDue else { return snapshot }
        do {
            let fresh = try await NIOThreadPool.singleton.runIfActive {
                SiteSnapshot.stamp(ofDirectory: directory) == snapshot.stamp
                    ? snapshot : try SiteSnapshot(readingDirectory: directory)
            }
            state.withLock { state in
                state.snapshot = fresh
                state.checked = now
            }
            return fresh
        } catch {
            logger.warning(
                "The dashboard's files cannot be read", metadata: ["directory": "\(directory)", "error": "\(error)"])
            return snapshot
        }
    }

    static func response(_ file: SiteFile, acceptEncoding: String?, ifNoneMatch: String?) -> Response {
        let gzip = file.gzip != nil && acceptsGzip(acceptEncoding)
        let tag = file.entityTag(gzip: gzip)
        var headers: HTTPFields = [.eTag: tag, .cacheControl: file.cacheControl, .vary: "Accept-Encoding"]
        if let ifNoneMatch, matches(ifNoneMatch, tag: tag) { return Response(status: .notModified, headers: headers) }
        headers[.contentType] = file.contentType
        if gzip { headers[.contentEncoding] = "gzip" }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: gzip ? file.gzip! : file.body))
    }

    /// Weak comparison, as RFC 9110 (13.1.2) asks for it here.
    static func matches(_ ifNoneMatch: String, tag: String) -> Bool {
        ifNoneMatch.split(separator: ",").contains { candidate in
            let trimmed = candidate.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
            let text = String(trimmed)
            return text == "*" || text == tag || text == "W/" + tag
        }
    }

    static func acceptsGzip(_ acceptEncoding: String?) -> Bool {
        (acceptEncoding ?? "").lowercased().split(separator: ",").contains { part in
            let fields = part.split(separator: ";").map { $0.filter { $0 != " " } }
            guard fields.first == "gzip" || fields.first == "*" else { return false }
            guard let quality = fields.dropFirst().first(where: { $0.hasPrefix("q=") }) else { return true }
            return (Double(quality.dropFirst(2)) ?? 0) > 0
        }
    }

    private func missing(path: String) -> Response {
        let place = directory.map { "There is none in \($0)." } ?? "This server was started without one."
        let page = """
            <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Orders: no dashboard</title></head><body>
            <h1>The dashboard is not built</h1>
            <p>\(Self.escaped(place)) Run <code>make web</code>, then reload this page; nothing has to be restarted.</p>
            <p>The API works without it: <a href="/api/analytics">/api/analytics</a>, <a href="/api/system">/api/system</a>.</p>
            </body></html>

            """
        return Response(
            status: .notFound, headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(string: page)))
    }

    private static func notFound(path: String) -> Response {
        let page = """
            <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Orders: not found</title></head><body>
            <h1>There is nothing at \(escaped(String(path.prefix(200))))</h1>
            <p>The <a href="/">dashboard</a> is at the root of this server, the API under <a href="/api/system">/api</a>.</p>
            </body></html>

            """
        return Response(
            status: .notFound, headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(string: page)))
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
