import APIAccess
import Foundation
import HTTPTypes
import Hummingbird
import OrderEvents

extension APIRoutes {
    private static let maximumSignInBytes = 16_384

    /// The body of a sign-in.
    private struct SignIn: Decodable {
        /// An API key, or a token.
        let credential: String
    }

    var session: Route {
        Route(
            Endpoint(
                method: .get, path: "/api/session", access: .anyCaller,
                summary: "Who the credentials or the dashboard's cookie belong to, and what they may do",
                responses: [.json("Session"), .problem(.unauthorized)])
        ) { _, context, _ in
            guard case .caller(let caller, _) = context.identity else { throw Problem.unauthenticated(nil) }
            return view(of: caller, until: caller.expiresAt)
        }
    }

    var signIn: Route {
        Route(
            Endpoint(
                method: .post, path: "/api/session", access: .anyone,
                summary: "Signs a browser in with an API key or a token: a cookie for twelve hours",
                requestBody: .init(
                    contents: [
                        .init(
                            type: "application/json", schema: .named("SignIn"),
                            example: #"{"credential":"ord_k1_0123456789"}"#)
                    ],
                    maximumBytes: Self.maximumSignInBytes),
                responses: [
                    .json("Session"), .problem(.badRequest), .problem(.unauthorized), .problem(.contentTooLarge),
                    .problem(.unsupportedMediaType), .problem(.tooManyRequests),
                ])
        ) { request, context, _ in
            try Self.requireJSON(request.headers[.contentType])
            let body = try await RequestBodyReader.body(
                of: request, on: context.channel, upTo: Self.maximumSignInBytes)
            guard access.isRequired else { return view(of: .local, until: nil) }
            // What else is wrong with such a body is not worth more words.
            guard let asked = try? JSONDecoder().decode(SignIn.self, from: Data(body.readableBytesView)) else {
                throw Problem.badRequest("The body must be {\"credential\": \"an API key or a token\"}")
            }
            switch await access.caller(presenting: asked.credential.trimmingCharacters(in: .whitespacesAndNewlines)) {
            case .success(let caller):
                await access.recordAct("sign in", by: caller, request, context, status: .ok)
                return begun(caller, request)
            case .failure(let refused):
                return try await refuse(refused, request, context)
            }
        }
    }

    var signOut: Route {
        Route(
            Endpoint(
                method: .delete, path: "/api/session", access: .anyone,
                summary: "Signs the browser out: its cookie is worth nothing any more",
                responses: [.init(status: .noContent, contentType: "", schema: "")])
        ) { request, context, _ in
            if case .caller(let caller, let session?) = context.identity {
                access.sessions.end(session)
                await access.recordAct("sign out", by: caller, request, context, status: .noContent)
            }
            var response = Response(status: .noContent, headers: [.cacheControl: "no-store"])
            for cookie in SessionCookie.end { response.headers.append(HTTPField(name: .setCookie, value: cookie)) }
            return response
        }
    }

    private func begun(_ caller: Caller, _ request: Request) -> Response {
        let time = now()
        let (id, expiresAt) = access.sessions.begin(caller, at: time)
        // Where a proxy ends TLS, the page's origin still says that the browser speaks it.
        let isSecure =
            configuration.certificate != nil || request.headers[.origin]?.lowercased().hasPrefix("https://") == true
        var response = view(of: caller, until: expiresAt)
        response.headers[.setCookie] = SessionCookie.begin(
            id, lifetimeMilliseconds: expiresAt.millisecondsSinceEpoch - time.millisecondsSinceEpoch,
            isSecure: isSecure)
        return response
    }

    /// Failures are written down as long as they are answered at once: many more tell nothing more.
    private func refuse(
        _ refused: AccessControl.Refused, _ request: Request, _ context: APIContext
    ) async throws -> Response {
        let identity = await access.failed(refused, from: context)
        if case .refused(_, let seconds?) = identity {
            throw Problem.tooManyFailures(refused.reason, retryAfterSeconds: seconds)
        }
        await access.recordAct(
            "sign in", by: nil, request, context, status: .unauthorized, result: "refused: \(refused.reason)")
        throw Problem.unauthenticated(refused.reason)
    }

    private func view(of caller: Caller, until expiresAt: Timestamp?) -> Response {
        .json { json in
            json.member("authentication", access.isRequired ? "required" : "off")
            json.member("id", caller.id)
            json.member("name", caller.name)
            json.array("scopes", caller.scopes.sorted()) { json, scope in json.value(scope.rawValue) }
            json.key("expires_at")
            if let expiresAt { json.value("\(expiresAt)") } else { json.null() }
        }
    }
}
