import APIAccess

/// The calls of the API as a page: readable without a network, without a script, with a command to copy for each.
struct DocsPage {
    static let contentType = "text/html; charset=utf-8"
    static let styleType = "text/css; charset=utf-8"

    let routes: [Route]
    /// The host that the reader asked, for the commands.
    let authority: String

    var html: String {
        var page = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>API of the \(OpenAPIDocument.title)</title>
            <link rel="stylesheet" href="/docs/style.css">
            </head>
            <body>
            <h1>API of the \(OpenAPIDocument.title)</h1>
            <p>Errors are <code>application/problem+json</code> (RFC 9457). Times are RFC 3339 in UTC. The contract for
            programs is <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1).</p>
            <nav><ul>

            """
        for endpoint in routes.map(\.endpoint) {
            page += "<li><a href=\"#\(endpoint.operationID)\"><code>\(Self.title(endpoint))</code></a> "
            page += "\(Self.escaped(endpoint.summary))</li>\n"
        }
        page += "</ul></nav>\n"
        for endpoint in routes.map(\.endpoint) { page += section(endpoint) }
        page += "<h2>Forms</h2>\n"
        for entry in Contract.schemas {
            page += "<h3 id=\"form-\(entry.name)\">\(entry.name)</h3>\n\(Self.form(entry.schema))"
        }
        return page + "</body>\n</html>\n"
    }

    private func section(_ endpoint: Endpoint) -> String {
        var text = "<section id=\"\(endpoint.operationID)\">\n<h2><code>\(Self.title(endpoint))</code></h2>\n"
        text += "<p>\(Self.escaped(endpoint.summary)).</p>\n<p>For: \(Self.access(endpoint.access)).</p>\n"
        text += "<pre>\(Self.escaped(curl(endpoint)))</pre>\n"
        if !endpoint.parameters.isEmpty {
            text += "<table>\n<tr><th>parameter</th><th>in</th><th>value</th><th></th></tr>\n"
            for parameter in endpoint.parameters {
                text += "<tr><td><code>\(parameter.name)</code></td><td>\(parameter.location.rawValue)</td>"
                text += "<td>\(Self.escaped(parameter.schema.expectation))</td>"
                text += "<td>\(Self.escaped(parameter.description))</td></tr>\n"
            }
            text += "</table>\n"
        }
        if let body = endpoint.requestBody {
            text += "<p>Body, at most \(body.maximumBytes) bytes:</p>\n<ul>\n"
            for content in body.contents {
                text += "<li><code>\(content.type)</code>: \(Self.link(content.schema))</li>\n"
            }
            text += "</ul>\n"
        }
        text += "<table>\n<tr><th>answer</th><th>body</th></tr>\n"
        for response in endpoint.allResponses.sorted(by: { $0.status.code < $1.status.code }) {
            text += "<tr><td>\(response.status.code) \(response.status.reasonPhrase)</td><td>"
            if !response.contentType.isEmpty {
                text += "<code>\(response.contentType)</code> \(Self.link(response.form))"
            }
            text += "</td></tr>\n"
        }
        return text + "</table>\n</section>\n"
    }

    /// A command that can be pasted into a shell.
    func curl(_ endpoint: Endpoint) -> String {
        let path = endpoint.examplePath
        var command = "curl"
        if endpoint.responses.contains(where: { $0.contentType == ServerSentEvent.contentType }) { command += " -N" }
        if let content = endpoint.requestBody?.contents.first {
            command += " -X \(endpoint.method.rawValue) -H 'Content-Type: \(content.type)'"
            command += " --data-binary '\(content.example)'"
        }
        return command + " 'http://\(authority)\(path)'"
    }

    private static func title(_ endpoint: Endpoint) -> String { "\(endpoint.method.rawValue) \(endpoint.path)" }

    private static func access(_ access: RouteAccess) -> String {
        switch access {
        case .anyone: "anyone"
        case .anyCaller: "whoever has valid credentials"
        case .scope(let scope): "credentials with the scope <code>\(scope.rawValue)</code>"
        }
    }

    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
