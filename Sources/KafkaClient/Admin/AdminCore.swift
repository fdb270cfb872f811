import KafkaProtocol

/// Looks after topics, groups and offsets, without sockets and threads.
///
/// Each call ends exactly once, at its deadline at the latest.
final class AdminCore {
    unowned let access: any ClusterAccess
    let clientID: String

    init(_ access: any ClusterAccess, clientID: String) {
        self.access = access
        self.clientID = clientID
    }

    typealias Done<Value> = (Result<Value, ClientError>) -> Void

    func options(_ deadline: Int64) -> RequestOptions { RequestOptions(clientID: clientID, deadline: deadline) }

    /// What a broker may take for a change, and still answer before the deadline.
    func brokerTimeout(_ deadline: Int64) -> Int32 {
        Int32(clamping: max(1, min(deadline - access.now.monotonic, access.settings.requestTimeoutMilliseconds)))
    }

    /// Sends a request and hands over its answer, or why there is none.
    func ask<Request: KafkaRequest>(
        _ request: Request, _ destination: Destination, _ deadline: Int64,
        check: ((Request.Response) -> ErrorCode)? = nil,
        _ operation: String, then handler: @escaping (Result<Request.Response, ClientError>) -> Void
    ) {
        access.send(request, to: destination, options(deadline), check: check) { result in
            handler(result.map(\.body).mapError { $0.error.at(operation) })
        }
    }
}

extension AdminCore {
    /// Goes over several brokers or keys and hands over all results, or the first error.
    static func gather<Key, Value>(
        _ keys: [Key], _ start: (Key, @escaping Done<Value>) -> Void, then done: @escaping Done<[Value]>
    ) {
        var left = keys.count
        var values: [Value] = []
        var failure: ClientError?
        for key in keys {
            start(key) { result in
                left -= 1
                switch result {
                case .success(let value): values.append(value)
                case .failure(let error): failure = failure ?? error
                }
                guard left == 0 else { return }
                done(failure.map(Result.failure) ?? .success(values))
            }
        }
    }
}
