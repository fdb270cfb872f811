import APIAccess
import HTTPTypes
import Hummingbird

/// What an endpoint is called and what it takes and gives: data that routing, checking and a description
/// of the API (OpenAPI) are all derived from.
struct Endpoint: Sendable {
    let method: HTTPRequest.Method
    /// With parameters in braces, as OpenAPI writes them: `/api/orders/{id}`.
    let path: String
    /// Who may call it, where the server requires authentication.
    let access: RouteAccess
    /// One line, for people.
    let summary: String
    var parameters: [ParameterSpec] = []
    var requestBody: Body? = nil
    let responses: [ResponseSpec]

    struct Body: Sendable {
        /// A form that the body may have.
        struct Content: Sendable {
            let type: String
            let schema: JSONSchema
            /// A right body, for the documentation.
            let example: String
        }

        let contents: [Content]
        let maximumBytes: Int
    }

    struct ResponseSpec: Sendable {
        let status: HTTPResponse.Status
        let contentType: String
        /// The name of the schema, as a description would list it; empty for a text.
        let schema: String

        static func json(_ schema: String) -> Self { json(.ok, schema) }

        static func json(_ status: HTTPResponse.Status, _ schema: String) -> Self {
            Self(status: status, contentType: "application/json", schema: schema)
        }

        static func problem(_ status: HTTPResponse.Status) -> Self {
            Self(status: status, contentType: Problem.contentType, schema: "Problem")
        }
    }

    /// The path in the router's own notation: `/api/orders/:id`.
    var routerPath: RouterPath {
        RouterPath(path.replacing("{", with: ":").replacing("}", with: ""))
    }

    /// Whether a request's path is this endpoint's.
    func matches(path requestPath: some StringProtocol) -> Bool {
        let wanted = path.split(separator: "/")
        let given = requestPath.split(separator: "/")
        return wanted.count == given.count
            && zip(wanted, given).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }
}

/// An endpoint with what answers it.
struct Route: Sendable {
    typealias Handler = @Sendable (Request, APIContext, QueryValues) async throws -> Response

    let endpoint: Endpoint
    let handle: Handler

    init(_ endpoint: Endpoint, handle: @escaping Handler) {
        self.endpoint = endpoint
        self.handle = handle
    }
}

/// All routes, in the order in which a description would list them.
struct RouteTable: Sendable {
    let routes: [Route]

    /// The methods that a path takes, sorted; empty if there is no such path.
    func methods(ofPath path: some StringProtocol) -> [String] {
        var methods = Set(routes.filter { $0.endpoint.matches(path: path) }.map(\.endpoint.method.rawValue))
        if methods.contains("GET") { methods.insert("HEAD") }
        return methods.sorted()
    }

    /// Adds every route to the router. Before a handler runs, its caller is let in and its query checked; acts that
    /// need the scope operate are written down with their result.
    func register(on router: Router<APIContext>, access: AccessControl) {
        for route in routes {
            let parameters = route.endpoint.parameters
            // Probes and scrapers may add what they like to the paths that are theirs.
            let checksQuery = route.endpoint.path.hasPrefix("/api/")
            router.on(route.endpoint.routerPath, method: route.endpoint.method) { request, context in
                try await access.perform(route.endpoint, request, context) {
                    let query = try QueryValues(query: checksQuery ? request.uri.query : nil, allowed: parameters)
                    return try await route.handle(request, context, query)
                }
            }
        }
    }
}
