import APIAccess
import HTTPTypes
import Hummingbird

extension AccessControl {
    /// Runs a route's handler for a caller that is let in. The answer says what is left of the caller's quota, whether
    /// it went well or not; what an operator changes is written down either way.
    func perform(
        _ endpoint: Endpoint, _ request: Request, _ context: APIContext, _ body: () async throws -> Response
    ) async throws -> Response {
        let act = "\(endpoint.method) \(endpoint.path)"
        let isAudited = endpoint.access == .scope(.operate) && endpoint.method != .get
        var caller: Caller?
        if case .caller(let known, _) = context.identity { caller = known }
        do {
            let admission = try admit(endpoint.access, context.identity)
            var response: Response
            do {
                response = try await body()
            } catch var problem as Problem {
                problem.headers.append(contentsOf: admission.headers)
                throw problem
            }
            response.headers.append(contentsOf: admission.headers)
            if isAudited { await recordAct(act, by: caller, request, context, status: response.status) }
            return response
        } catch {
            if isAudited {
                let status = ProblemMiddleware.problem(for: error).status
                await recordAct(act, by: caller, request, context, status: status)
            }
            throw error
        }
    }
}
