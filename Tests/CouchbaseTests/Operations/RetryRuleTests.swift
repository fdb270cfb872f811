import NIOCore
import Testing

@testable import Couchbase

@Suite("Which responses lead to another attempt")
struct RetryRuleTests {
    private static let upsert = KeyValueOperation.upsert(.binary(ByteBuffer()), MutationOptions())

    @Test("A moved vbucket asks for the configuration, later and later")
    func notMyVBucket() {
        let delays = [1, 10, 50, 100, 500, 1_000, 1_000].enumerated()
        for (attempt, delay) in delays {
            #expect(
                RetryRule.decide(.notMyVBucket, for: Self.upsert, attempt: attempt)
                    == .retry(after: .milliseconds(delay), first: .config))
        }
    }

    @Test(
        "What changed nothing is retried with backoff, mutations too",
        arguments: [
            .temporaryFailure, .busy, .outOfMemory, .locked, .durableWriteInProgress, .durableWriteReCommitInProgress,
            .notInitialized,
        ] as [Status])
    func temporary(status: Status) {
        #expect(
            RetryRule.decide(status, for: Self.upsert, attempt: 3) == .retry(after: .milliseconds(8), first: .nothing))
        #expect(RetryRule.backoff(40) == .milliseconds(500))
    }

    @Test(
        "What is known, or not known for sure, is final",
        arguments: [
            .success, .notFound, .exists, .tooBig, .invalid, .durableWriteAmbiguous, .durabilityImpossible, .internal,
            .authError, .noAccess, .rateLimitedCommands, .multiPathFailure, .unknownScope,
        ] as [Status])
    func final(status: Status) {
        #expect(RetryRule.decide(status, for: Self.upsert, attempt: 0) == .final)
    }

    @Test("Another holder's lock is final for an unlock, an unknown collection is looked up, a lost bucket reconnects")
    func special() {
        #expect(RetryRule.decide(.locked, for: .unlock(cas: 1), attempt: 0) == .final)
        #expect(
            RetryRule.decide(.unknownCollection, for: .get, attempt: 0)
                == .retry(after: .milliseconds(1), first: .collection))
        #expect(RetryRule.decide(.noBucket, for: .get, attempt: 0) == .reconnect)
        #expect(RetryRule.decide(.authStale, for: .get, attempt: 0) == .reconnect)
    }
}
