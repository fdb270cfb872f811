import APIAccess
import HTTPTypes
import OrderEvents

/// The API's description, OpenAPI 3.1: made from the routes that there are, so that none is left out.
///
/// Source: the OpenAPI Specification 3.1.1, whose schemas are JSON Schema 2020-12.
struct OpenAPIDocument {
    let routes: [Route]
    let version: String

    static let title = "Real-Time Orders Platform"

    /// The document as JSON text.
    var json: JSONWriter {
        var writer = JSONWriter(capacity: 65_536)
        writer.object { json in
            json.member("openapi", "3.1.1")
            json.object("info") {
                $0.member("title", Self.title)
                $0.member("version", version)
                $0.member("description", Self.description)
            }
            json.object("paths") { paths(&$0) }
            json.object("components") { json in
                json.object("schemas") { json in
                    for entry in Contract.schemas {
                        json.key(text: entry.name)
                        json.schema(entry.schema)
                    }
                }
                json.object("securitySchemes") { json in
                    json.object("bearer") {
                        $0.member("type", "http")
                        $0.member("scheme", "bearer")
                        $0.member(
                            "description",
                            "An API key or a JSON Web Token. On loopback no credentials are needed, unless they are asked for"
                        )
                    }
                }
            }
        }
        return writer
    }

    private static let description = """
        Orders in, orders out: each placed order is judged, charged and counted exactly once. Amounts are decimals of the \
        order's own currency, exact in the text; times are RFC 3339 in UTC. Errors are problem details (RFC 9457). \
        Parameters and fields that do not exist are refused.
        """

    private func paths(_ json: inout JSONWriter) {
        var paths: [String] = []
        for route in routes where !paths.contains(route.endpoint.path) { paths.append(route.endpoint.path) }
        for path in paths {
            json.key(text: path)
            json.object { json in
                for route in routes where route.endpoint.path == path {
                    json.key(text: route.endpoint.method.rawValue.lowercased())
                    json.operation(route.endpoint)
                }
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func operation(_ endpoint: Endpoint) {
        object { json in
            json.member("operationId", endpoint.operationID)
            json.member("summary", endpoint.summary)
            json.access(endpoint.access)
            if !endpoint.parameters.isEmpty {
                json.array("parameters", endpoint.parameters) { $0.parameter($1) }
            }
            if let body = endpoint.requestBody { json.requestBody(body) }
            json.responses(endpoint.allResponses)
        }
    }

    /// With what scope; the scheme names none itself, so that the description says it.
    private mutating func access(_ access: RouteAccess) {
        switch access {
        case .anyone:
            member("x-access", "anyone")
            array("security", [String]()) { $0.value($1) }
        case .anyCaller:
            member("x-access", "any caller")
            requirement([])
        case .scope(let scope):
            member("x-access", scope.rawValue)
            requirement([scope.rawValue])
        }
    }

    /// Either credentials, or none where the server asks for none.
    private mutating func requirement(_ scopes: [String]) {
        array("security", [true, false]) { json, isAsked in
            json.object { json in
                if isAsked { json.array("bearer", scopes) { $0.value($1) } }
            }
        }
    }

    private mutating func parameter(_ parameter: ParameterSpec) {
        object { json in
            json.member("name", parameter.name)
            json.member("in", parameter.location.rawValue)
            json.member("description", parameter.description)
            if parameter.location == .path { json.member("required", true) }
            json.key("schema")
            json.schema(parameter.schema.jsonSchema, description: parameter.schema.expectation)
        }
    }

    private mutating func requestBody(_ body: Endpoint.Body) {
        object("requestBody") { json in
            json.member("description", "At most \(body.maximumBytes) bytes, gzip or plain")
            json.member("required", true)
            json.object("content") { json in
                for content in body.contents {
                    json.key(text: content.type)
                    json.object { json in
                        json.key("schema")
                        json.schema(content.schema)
                    }
                }
            }
        }
    }

    private mutating func responses(_ responses: [Endpoint.ResponseSpec]) {
        object("responses") { json in
            var codes: [Int] = []
            for response in responses where !codes.contains(response.status.code) { codes.append(response.status.code) }
            for code in codes.sorted() {
                let same = responses.filter { $0.status.code == code }
                json.key(text: String(code))
                json.object { json in
                    json.member("description", same[0].status.reasonPhrase)
                    guard same.contains(where: { !$0.contentType.isEmpty }) else { return }
                    json.object("content") { json in
                        for response in same {
                            json.key(text: response.contentType)
                            json.object { json in
                                json.key("schema")
                                json.schema(response.form)
                            }
                        }
                    }
                }
            }
        }
    }
}
