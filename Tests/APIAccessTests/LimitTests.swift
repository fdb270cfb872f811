import OrderEvents
import Testing

@testable import APIAccess

private func caller(_ name: String) -> Caller {
    Caller(key: APIKeyRecord(key: .make(), name: name, scopes: [.read], createdAt: noon, expiresAt: nil))
}

@Suite struct RateLimiterTests {
    @Test func tenSecondsWorthMayComeAtOnceAndThenAsTimeGoesBy() throws {
        let limiter = RateLimiter(limits: [.read: RateLimit(perSecond: 2)])
        let alice = caller("alice")
        for left in (0..<20).reversed() {
            let verdict = try #require(limiter.count(alice, .read, at: noon))
            #expect(verdict.isAllowed && verdict.remaining == left)
        }
        let refused = try #require(limiter.count(alice, .read, at: noon))
        #expect(!refused.isAllowed && refused.retryAfterSeconds == 1 && refused.resetSeconds == 10)
        let later = noon.advanced(byMilliseconds: 500)
        #expect(limiter.count(alice, .read, at: later)?.isAllowed == true)
        #expect(limiter.count(alice, .read, at: later)?.isAllowed == false)
        #expect(limiter.count(alice, .read, at: noon.advanced(byMilliseconds: 60_000))?.remaining == 19)
    }

    @Test func callersAndScopesDoNotTakeFromEachOther() throws {
        let limiter = RateLimiter(limits: [.read: RateLimit(perSecond: 1), .write: RateLimit(perSecond: 1)])
        let (alice, bob) = (caller("alice"), caller("bob"))
        for _ in 0..<11 { _ = limiter.count(alice, .read, at: noon) }
        #expect(limiter.count(alice, .read, at: noon)?.isAllowed == false)
        #expect(limiter.count(alice, .write, at: noon)?.isAllowed == true)
        #expect(limiter.count(bob, .read, at: noon)?.isAllowed == true)
        #expect(limiter.count(bob, .operate, at: noon) == nil)
    }

    @Test func aClockThatIsSetBackGivesAndTakesNothing() {
        var bucket = TokenBucket(capacity: 2, perSecond: 1, at: noon)
        #expect(bucket.take(at: noon) && bucket.take(at: noon.advanced(byMilliseconds: -60_000)))
        let empty = !bucket.take(at: noon.advanced(byMilliseconds: -60_000))
        #expect(empty)
    }

    @Test func theTableStaysBoundedAndForgetsWhoeverWasLongestAway() {
        var table = BucketTable<Int>()
        for key in 0..<(BucketTable<Int>.maximumBuckets + 50) {
            _ = table.take(
                key, at: noon.advanced(byMilliseconds: Int64(key)), capacity: 1_000_000, perSecond: 0.001)
        }
        #expect(table.count == BucketTable<Int>.maximumBuckets)
    }
}

@Suite struct FailureThrottleTests {
    @Test func afterTenFailuresAnAddressIsSlowedDownAndOthersAreNot() {
        let throttle = FailureThrottle()
        for _ in 0..<10 { #expect(throttle.failed(from: "192.0.2.1", at: noon) == .answer) }
        #expect(throttle.failed(from: "192.0.2.1", at: noon) == .slowDown(retryAfterSeconds: 5))
        #expect(throttle.failed(from: "192.0.2.2", at: noon) == .answer)
        #expect(throttle.failed(from: "192.0.2.1", at: noon.advanced(byMilliseconds: 5_000)) == .answer)
    }
}

@Suite struct SessionTableTests {
    @Test func aSessionLastsTwelveHoursOrAsLongAsItsKey() {
        let table = SessionTable()
        let (id, end) = table.begin(caller("alice"), at: noon)
        #expect(id.utf8.count == 64 && end == noon.advanced(byMilliseconds: 12 * 3_600_000))
        #expect(table.caller(of: id, at: noon)?.name == "alice")
        #expect(table.caller(of: id, at: end) == nil)
        let soon = noon.advanced(byMilliseconds: 5)
        let short = Caller(key: APIKeyRecord(key: .make(), name: "b", scopes: [], createdAt: noon, expiresAt: soon))
        #expect(table.begin(short, at: noon).expiresAt == soon)
    }

    @Test func aSessionThatWasEndedOrMadeUpIsNobodys() {
        let table = SessionTable()
        let (id, _) = table.begin(caller("alice"), at: noon)
        #expect(table.caller(of: String(id.reversed()), at: noon) == nil)
        table.end(id)
        #expect(table.caller(of: id, at: noon) == nil)
    }

    @Test func theTableStaysBounded() {
        let table = SessionTable()
        let alice = caller("alice")
        let first = table.begin(alice, at: noon).id
        for offset in 1...SessionTable.maximumSessions {
            _ = table.begin(alice, at: noon.advanced(byMilliseconds: Int64(offset)))
        }
        #expect(table.count == SessionTable.maximumSessions)
        #expect(table.caller(of: first, at: noon) == nil)
    }
}
