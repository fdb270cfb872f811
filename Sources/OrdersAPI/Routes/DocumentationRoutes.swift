import APIAccess
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The API's own description. The routes do not change while a process runs.
extension APIRoutes {
    /// Another process may be of another version.
    private var buildTag: String { "\(configuration.version)-\(ProcessInfo.processInfo.processIdentifier)" }

    var openAPI: Route {
        Route(
            Endpoint(
                method: .get, path: "/openapi.json", access: .anyCaller,
                summary: "This description, OpenAPI 3.1",
                responses: [.init(status: .ok, contentType: "application/json", schema: "OpenAPI"), .notModified])
        ) { request, _, _ in
            let document = OpenAPIDocument(routes: table.routes, version: configuration.version)
            return Response.json(buffer: document.json.buffer).tagged(for: request, buildTag)
        }
    }

    var docs: Route {
        Route(
            Endpoint(
                method: .get, path: "/docs", access: .anyCaller, summary: "The calls of the API on a page",
                responses: [.init(status: .ok, contentType: DocsPage.contentType, schema: ""), .notModified])
        ) { request, _, _ in
            let page = DocsPage(routes: table.routes, authority: request.head.authority ?? "127.0.0.1:8080")
            return Response(
                status: .ok, headers: [.contentType: DocsPage.contentType, .cacheControl: "no-cache"],
                body: .init(byteBuffer: ByteBuffer(string: page.html))
            ).tagged(for: request, buildTag)
        }
    }

    var docsStyle: Route {
        Route(
            Endpoint(
                method: .get, path: "/docs/style.css", access: .anyCaller, summary: "How the page of the calls looks",
                responses: [.init(status: .ok, contentType: DocsPage.styleType, schema: ""), .notModified])
        ) { request, _, _ in
            Response(
                status: .ok, headers: [.contentType: DocsPage.styleType, .cacheControl: "no-cache"],
                body: .init(byteBuffer: ByteBuffer(string: DocsPage.style))
            ).tagged(for: request, buildTag)
        }
    }
}

extension Endpoint.ResponseSpec {
    static let notModified = Self(status: .notModified, contentType: "", schema: "")
}
