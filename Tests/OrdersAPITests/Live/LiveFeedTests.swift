import OrderEvents
import OrderStore
import Testing

@testable import OrdersAPI

@Suite(.timeLimit(.minutes(1))) struct LiveDemandTests {
    @Test func demandEndsAfterItsGrace() {
        let demand = LiveDemand(grace: .seconds(60))
        let now = ContinuousClock.now
        #expect(demand.isOver(now: now))
        demand.want(now: now)
        #expect(!demand.isOver(now: now + .seconds(59)))
        #expect(demand.isOver(now: now + .seconds(60)))
        demand.want(now: now + .seconds(50))
        #expect(!demand.isOver(now: now + .seconds(60)))
    }

    @Test func whoWaitsGoesOnWhenTheLogIsFollowed() async {
        let demand = LiveDemand(grace: .seconds(60))
        async let waiting: Void = demand.wait(atMost: .seconds(60))
        var signals = demand.signals.makeAsyncIterator()
        await signals.next()
        demand.setFollowing(true)
        await waiting
        await demand.wait(atMost: .seconds(60))
    }

    @Test func whoWaitsForABrokerThatIsAwayGoesOnAfterItsPatience() async {
        let demand = LiveDemand(grace: .seconds(60))
        await demand.wait(atMost: .milliseconds(10))
        #expect(!demand.isFollowing)
    }

    @Test func withoutListenersTheLogIsNotFollowedAndTheStoreAnswers() async throws {
        let api = try APIFixture()
        try await api.test { client in
            let json = try await client.get("/api/analytics").json
            #expect(json["orders"]?.count == 0)
            #expect(!api.service.feed.demand.isFollowing)
        }
    }
}
