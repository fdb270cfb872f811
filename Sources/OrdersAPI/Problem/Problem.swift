import HTTPTypes
import OrderEvents

/// An error as a client sees it: RFC 9457 problem details.
///
/// Handlers throw it, ``ProblemMiddleware`` writes it. It says what was wrong with the request, never how the inside
/// of the server looks.
struct Problem: Error, Sendable, Equatable {
    /// One thing that is wrong with one field or parameter.
    struct FieldError: Sendable, Equatable {
        let field: String
        let detail: String
    }

    /// The last part of `type`: stable, for programs to tell problems apart.
    let slug: String
    let title: String
    let status: HTTPResponse.Status
    let detail: String
    var errors: [FieldError] = []
    /// Headers that belong to the answer, such as `Retry-After` or `Allow`.
    var headers: HTTPFields = [:]

    /// What `type` begins with. The identifiers need not be locators (RFC 9457, 3.1.1).
    static let typePrefix = "urn:orders-platform:problem:"
    static let contentType = "application/problem+json"
}

extension Problem {
    static func notFound(_ detail: String) -> Problem {
        Problem(slug: "not-found", title: "Not found", status: .notFound, detail: detail)
    }

    static func methodNotAllowed(_ method: String, path: String, allowed: [String]) -> Problem {
        let list = allowed.joined(separator: ", ")
        return Problem(
            slug: "method-not-allowed", title: "Method not allowed", status: .methodNotAllowed,
            detail: "\(path) does not take \(method); it takes \(list)", headers: [.allow: list])
    }

    static func invalidParameter(_ name: String, _ detail: String) -> Problem {
        Problem(
            slug: "invalid-parameter", title: "Invalid parameter", status: .badRequest,
            detail: "\(name): \(detail)", errors: [FieldError(field: name, detail: detail)])
    }

    static func badRequest(_ detail: String) -> Problem {
        Problem(slug: "bad-request", title: "Bad request", status: .badRequest, detail: detail)
    }

    static func malformedJSON(_ error: EventError) -> Problem {
        Problem(slug: "malformed-json", title: "Malformed JSON", status: .badRequest, detail: "\(error)")
    }

    static func invalidOrder(_ errors: [EventError]) -> Problem {
        Problem(
            slug: "invalid-order", title: "Invalid order", status: .unprocessableContent,
            detail: errors.map(\.description).joined(separator: "; "),
            errors: errors.map { FieldError(field: $0.field ?? "", detail: $0.detail) })
    }

    static let orderConflictSlug = "order-conflict"

    /// An order of this id is known, with other contents.
    static func orderConflict(_ id: OrderID, _ differences: [OrderTerms.Difference]) -> Problem {
        Problem(
            slug: orderConflictSlug, title: "Order conflict", status: .conflict,
            detail:
                "Order \(id) exists with other contents, which its first event has fixed: \(differences.map(\.description).joined(separator: "; ")). "
                + "Only its status can change; use a new order_id for a new order",
            errors: differences.map {
                FieldError(field: $0.field, detail: "it is \($0.given) here and \($0.fixed) in the order")
            })
    }

    static func contentTooLarge(maximumBytes: Int) -> Problem {
        Problem(
            slug: "content-too-large", title: "Content too large", status: .contentTooLarge,
            detail: "The request's body has more than \(maximumBytes) bytes; an order has a few hundred")
    }

    static func unsupportedMediaType(_ given: String?) -> Problem {
        let what = given.map { "\"\($0.prefix(80))\" is not supported" } ?? "The request has no Content-Type"
        return Problem(
            slug: "unsupported-media-type", title: "Unsupported media type", status: .unsupportedMediaType,
            detail: "\(what); send Content-Type: application/json", headers: [.acceptPost: "application/json"])
    }

    static func unavailable(_ slug: String, _ detail: String, retryAfterSeconds: Int) -> Problem {
        Problem(
            slug: slug, title: "Service unavailable", status: .serviceUnavailable, detail: detail,
            headers: [.retryAfter: String(retryAfterSeconds)])
    }

    static let internalError = Problem(
        slug: "internal-error", title: "Internal server error", status: .internalServerError,
        detail: "The server could not handle the request; its log has the reason under the request's id")
}

extension HTTPField.Name {
    static let absoluteAuthority = Self(RequestTarget.absoluteAuthority)!
    static let host = Self("Host")!
    static let requestID = Self("X-Request-Id")!
    static let idempotencyKey = Self("Idempotency-Key")!
    static let idempotencyReplayed = Self("Idempotency-Replayed")!
    static let acceptPost = Self("Accept-Post")!
    static let secFetchSite = Self("Sec-Fetch-Site")!
    static let lastEventID = Self("Last-Event-ID")!
    static let accelBuffering = Self("X-Accel-Buffering")!
    static let contentTypeOptions = Self("X-Content-Type-Options")!
    static let frameOptions = Self("X-Frame-Options")!
    static let referrerPolicy = Self("Referrer-Policy")!
    static let permissionsPolicy = Self("Permissions-Policy")!
    static let crossOriginOpenerPolicy = Self("Cross-Origin-Opener-Policy")!
    static let crossOriginResourcePolicy = Self("Cross-Origin-Resource-Policy")!
}
