import Foundation

extension BucketClient {
    mutating func answered(
        _ id: OperationID, _ response: ResponseFrame, from linkID: LinkID
    ) {
        if lookups[id] != nil { return lookupAnswered(id, response, from: linkID) }
        guard let pending = operations[id] else { return }
        let operation = pending.request.operation
        let errorMap = links[linkID]?.connection.errorMap ?? ErrorMap()
        let rule = RetryRule.decide(response.status, for: operation, attempt: pending.attempts, errorMap: errorMap)
        switch rule {
        case .final: end(id, outcome(of: pending, response, errorMap: errorMap))
        case .retry(let delay, let refresh):
            if refresh == .config, response.status == .configOnly { fetchConfig(linkID) }
            if refresh == .collection { forget(pending.request.collection, knownAs: pending.collectionID) }
            retry(id, after: delay, response)
        case .reconnect:
            replace(linkID)
            retry(id, after: RetryRule.backoff(pending.attempts), response)
        }
    }

    private mutating func retry(_ id: OperationID, after delay: Duration, _ response: ResponseFrame) {
        guard var pending = operations[id] else { return }
        pending.attempts += 1
        pending.state = .backingOff
        pending.lastError = pending.request.operation.error(for: response.status)
        operations[id] = pending
        schedule(.retry(id), at: now + delay)
    }

    private func outcome(
        of pending: Pending, _ response: ResponseFrame, errorMap: ErrorMap
    ) -> Result<OperationResult, CouchbaseError> {
        let operation = pending.request.operation
        do throws(CouchbaseError) {
            return .success(try operation.result(of: response, vbucket: pending.vbucket))
        } catch {
            guard !response.status.isKnown, let entry = errorMap[response.status] else { return .failure(error) }
            return .failure(
                CouchbaseError(error.code, "\(error.message): \(entry.name): \(entry.desc)", status: error.status))
        }
    }

    /// The connection went before the answer came. A read is done again; a mutation may have taken place.
    mutating func lost(_ id: OperationID, _ error: CouchbaseError) {
        if lookups[id] != nil { return lookupLost(id) }
        guard let pending = operations[id] else { return }
        guard pending.request.operation.isIdempotent, phase == .open else { return end(id, .failure(error)) }
        operations[id]?.state = .backingOff
        operations[id]?.attempts += 1
        operations[id]?.lastError = error
        schedule(.retry(id), at: now + RetryRule.backoff(pending.attempts))
    }
}
