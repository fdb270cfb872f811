import NIOConcurrencyHelpers

/// Records that failed and that nobody waits for by themselves.
final class DeliveryFailures: Sendable {
    private let failed = NIOLockedValueBox<(count: Int, first: ClientError)?>(nil)

    /// A batch has its outcome.
    func take(_ outcome: BatchOutcome) {
        guard case .failure(let failure) = outcome.result else { return }
        let count = Int(outcome.recordCount) - outcome.tokens.count
        guard count > 0 else { return }
        failed.withLockedValue { failed in
            failed = ((failed?.count ?? 0) + count, failed?.first ?? failure.described)
        }
    }

    /// How many failed since this was last asked, and the first one's reason.
    func takeAll() -> (count: Int, first: ClientError)? {
        failed.withLockedValue { failed in
            defer { failed = nil }
            return failed
        }
    }
}
