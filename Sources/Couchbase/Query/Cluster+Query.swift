import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

extension Cluster {
    /// Runs a statement of SQL++. Values are given as arguments, never as part of the statement.
    ///
    /// ```swift
    /// let result = try await cluster.query(
    ///     "SELECT o.amount FROM `orders` o WHERE o.country = $country",
    ///     QueryOptions(arguments: ["country": "US"]))
    /// for try await row in result { … }
    /// ```
    /// - Throws: ``CouchbaseError``. A statement that changes documents fails with an ambiguous error where its outcome is
    ///   not known.
    public func query(_ statement: String, _ options: QueryOptions = QueryOptions()) async throws(CouchbaseError)
        -> sending QueryResult
    {
        try await findCluster()
        let timeout = options.timeout ?? self.options.queryTimeout
        let deadline = ContinuousClock.now + timeout
        let key = PlanCache.Key(
            statement: statement, context: options.scope.map { QueryRequest.context(of: $0) } ?? "")
        var attempt = 0
        while true {
            let plan = options.isPrepared ? plans[key] : nil
            let form: QueryRequest.Form =
                plan.map { .plan($0) } ?? (options.isPrepared ? .prepare(statement) : .statement(statement))
            let left = deadline - .now
            guard left > .zero else {
                throw CouchbaseError(.unambiguousTimeout, "the query was not possible within \(timeout)")
            }
            let outcome = await ask(form, options, left: left, attempt: attempt)
            switch outcome {
            case .rows(let result):
                if case .prepare = form, let name = result.plan { plans.set(name, for: key) }
                return result
            case .failed(let error): throw error
            case .again(let error):
                if plan != nil { plans.remove(key) }
                let delay = RetryRule.backoff(attempt)
                guard ContinuousClock.now + delay < deadline else { throw error }
                do {
                    try await Task.sleep(for: delay)
                } catch {
                    throw CouchbaseError(.requestCanceled, "the query was cancelled")
                }
                attempt += 1
            }
        }
    }

    private enum Outcome {
        case rows(QueryResult)
        case failed(CouchbaseError)
        /// The error is the answer if there is no time left.
        case again(CouchbaseError)
    }

    /// One attempt, up to the first row or the end.
    private func ask(
        _ form: QueryRequest.Form, _ options: QueryOptions, left: Duration, attempt: Int
    ) async -> sending Outcome {
        guard let endpoint = nextQueryEndpoint() else {
            return .again(CouchbaseError(.serviceNotAvailable, "no node of the cluster runs the Query service"))
        }
        do {
            let request = try httpRequest(form, options, to: endpoint, left: left)
            let response = try await http().execute(
                request, deadline: .now() + .nanoseconds(Int64(left / .nanoseconds(1))))
            let result = QueryResult(body: response.body, isReadOnly: options.isReadOnly, endpoint: endpoint)
            do {
                try await result.fill()
            } catch let error as CouchbaseError {
                if let failure = result.failure, failure.isRetriable { return .again(error) }
                if response.status == .unauthorized {
                    return .failed(
                        CouchbaseError(
                            .authenticationFailure, "\(endpoint) refuses \(self.options.credentials)"))
                }
                return .failed(error)
            }
            return .rows(result)
        } catch let error as CouchbaseError {
            return .failed(error)
        } catch {
            return lost(error, endpoint, isReadOnly: options.isReadOnly)
        }
    }

    /// No answer. What was never sent, or only reads, may be sent again.
    private func lost(_ error: any Error, _ endpoint: Endpoint, isReadOnly: Bool) -> Outcome {
        let reason = "\(endpoint): \(Dialer.reason(error, host: endpoint.host))"
        switch error {
        case is CancellationError:
            return .failed(CouchbaseError(isReadOnly ? .requestCanceled : .ambiguousTimeout, "the query was cancelled"))
        case let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout:
            return .failed(
                CouchbaseError(
                    isReadOnly ? .unambiguousTimeout : .ambiguousTimeout, "\(endpoint) did not answer a query in time"))
        case is NIOConnectionError: return .again(CouchbaseError(.connectionFailure, reason))
        case let error as HTTPClientError where error == .connectTimeout:
            return .again(CouchbaseError(.connectionFailure, reason))
        default:
            return isReadOnly
                ? .again(CouchbaseError(.connectionFailure, reason))
                : .failed(CouchbaseError(.ambiguousConnectionLoss, reason))
        }
    }

    private func httpRequest(
        _ form: QueryRequest.Form, _ options: QueryOptions, to endpoint: Endpoint, left: Duration
    ) throws(CouchbaseError) -> HTTPClientRequest {
        let body = QueryRequest(form: form, options: options, contextID: UUID().uuidString, timeout: left)
        var request = HTTPClientRequest(
            url: "\(connectionString.isEncrypted ? "https" : "http")://\(endpoint)/query/service")
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        let credentials = self.options.credentials
        request.setBasicAuth(username: credentials.username, password: credentials.password)
        request.body = .bytes(try JSONContent.encode(body))
        return request
    }
}
