import Hummingbird
import Logging
import NIOCore

/// What accompanies one request through the middleware to its handler.
struct APIContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The connection, so that a stream which its client does not read can be ended.
    let channel: any Channel
    /// Names the request in the log, in the answer's `X-Request-Id` and in problems.
    var requestID: String
    /// Who sends the request, once ``AccessMiddleware`` has looked.
    var identity: Identity = .nobody

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
        requestID = source.logger[metadataKey: "hb.request.id"]?.description ?? RequestID().description
    }
}
