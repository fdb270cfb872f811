import GRDB
import OrderEvents

/// What is asked of the table of idempotency keys.
enum IdempotencyRequest: Sendable {
    case reserve(key: String, requestHash: [UInt8], orderID: OrderID, now: Timestamp)
    case complete(key: String, now: Timestamp)
    case release(key: String)
}

/// Gathers small writes that come while another is on its way to the disk, and makes them one transaction:
/// thousands of requests a second cost tens of disk syncs.
actor GroupCommit {
    /// Waiting requests beyond this are refused as `.busy`.
    static let maximumWaiting = 10_000
    /// Requests in one transaction: the sink waits for it.
    private static let maximumGroup = 500

    private struct Waiting {
        let request: IdempotencyRequest
        let done: CheckedContinuation<IdempotencyOutcome, any Error>
    }

    private let pool: DatabasePool
    private let horizonMilliseconds: Int64
    private let path: String
    private var waiting: [Waiting] = []
    private var isWriting = false

    init(pool: DatabasePool, horizon: Duration, path: String) {
        self.pool = pool
        horizonMilliseconds = max(0, horizon.components.seconds) * 1_000
        self.path = path
    }

    /// Returns once the request is durable. `.reserved` is the answer to all but reservations too.
    func perform(_ request: IdempotencyRequest) async throws -> IdempotencyOutcome {
        guard waiting.count < GroupCommit.maximumWaiting else {
            throw OrderStoreError(
                .busy, "\(waiting.count) requests with idempotency keys are waiting already; try again later")
        }
        return try await withCheckedThrowingContinuation { done in
            waiting.append(Waiting(request: request, done: done))
            if !isWriting {
                isWriting = true
                Task { await self.writeAll() }
            }
        }
    }

    private func writeAll() async {
        while !waiting.isEmpty {
            let group = Array(waiting.prefix(GroupCommit.maximumGroup))
            waiting.removeFirst(group.count)
            let requests = group.map(\.request)
            let horizon = horizonMilliseconds
            do {
                let outcomes = try await pool.writeThrough { db in
                    try requests.map { try IdempotencyKeys.perform($0, horizonMilliseconds: horizon, db) }
                }
                for (member, outcome) in zip(group, outcomes) { member.done.resume(returning: outcome) }
            } catch {
                let explained = StoreFile.explain(error, using: path)
                for member in group { member.done.resume(throwing: explained) }
            }
        }
        isWriting = false
    }
}
