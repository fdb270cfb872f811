import HTTPTypes
import Hummingbird
import LogLimit
import Logging
import NIOCore
import NIOHTTP1
import OrderStore

/// Turns every error into problem details. An error that is none of ours is logged with the request's id and answered
/// with 500, without its words.
struct ProblemMiddleware: RouterMiddleware {
    private let failed: [Logger.Level: LogLimiter] = Dictionary(
        uniqueKeysWithValues: [.error, .warning, .debug].map { ($0, LogLimiter($0, "request failed")) })

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPParserError {
            // The connection is broken beyond answering; the server closes it.
            throw error
        } catch {
            let problem = Self.problem(for: error)
            if problem.status.kind == .serverError {
                failed[Self.level(of: error, problem)]?.log(
                    to: context.logger,
                    [
                        "method": "\(request.method)", "path": "\(request.uri.path)",
                        "status": "\(problem.status.code)", "error": "\(error)",
                    ])
            }
            return problem.response(path: request.uri.path, requestID: context.requestID)
        }
    }

    /// What we could not foresee is an error; a store that is away a warning; an answer such as "too many at once" is
    /// no news.
    private static func level(of error: any Error, _ problem: Problem) -> Logger.Level {
        if problem.status == .internalServerError { return .error }
        return error is Problem ? .debug : .warning
    }

    static func problem(for error: any Error) -> Problem {
        switch error {
        case let problem as Problem:
            problem
        case is NIOTooManyBytesError:
            .contentTooLarge(maximumBytes: OrderIntake.maximumBodyBytes)
        case is CancellationError:
            .unavailable("stopping", "The server is stopping", retryAfterSeconds: 2)
        case let error as OrderStoreError:
            problem(for: error)
        case let error as HTTPError where error.status.kind == .clientError:
            Problem(
                slug: "bad-request", title: error.status.reasonPhrase, status: error.status,
                detail: error.body ?? "The request could not be understood")
        default:
            .internalError
        }
    }
}
