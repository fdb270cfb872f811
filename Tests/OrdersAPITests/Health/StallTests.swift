import OrderEvents
import Synchronization
import Testing

@testable import OrdersAPI

/// One service with one partition, looked at every five seconds.
private let fraud = MonitoredService(name: "fraud", group: "fraud-group", topics: ["orders"])

private func group(position: Int64, end: Int64, high: Int64? = nil) -> [ClusterView.Group] {
    [
        ClusterView.Group(
            name: "fraud-group", members: 1,
            partitions: [
                .init(
                    topic: "orders", partition: 2, lag: end - position, position: position, end: end,
                    highWatermark: high ?? end)
            ])
    ]
}

@Suite struct StallWatchTests {
    private let start = ContinuousClock.now

    private func look(
        _ watch: inout StallWatch, _ groups: [ClusterView.Group], after seconds: Int, busy: Set<String> = []
    ) -> [StallWatch.Suspect] {
        watch.look(at: groups, services: [fraud], busy: busy, now: start + .seconds(seconds))
    }

    @Test func aGroupThatHasEverythingIsWellHoweverLongNothingComes() {
        var watch = StallWatch()
        for second in stride(from: 0, through: 3_600, by: 5) {
            #expect(look(&watch, group(position: 7, end: 7), after: second).isEmpty)
        }
    }

    @Test func aGroupThatIsFarBehindAndMovesIsWell() {
        var watch = StallWatch()
        for second in stride(from: 0, through: 600, by: 5) {
            #expect(look(&watch, group(position: Int64(second), end: 1_000_000), after: second).isEmpty)
        }
    }

    @Test func aPositionThatStandsBeforeTheEndIsSuspectInTime() {
        var watch = StallWatch()
        #expect(look(&watch, group(position: 7, end: 8), after: 0).isEmpty)
        #expect(look(&watch, group(position: 7, end: 20), after: 15).isEmpty)
        let suspects = look(&watch, group(position: 7, end: 30), after: 25)
        #expect(suspects.map(\.kind) == [.position])
        #expect(suspects.map(\.offset) == [7])
        #expect(suspects.map(\.end) == [30])
        #expect(suspects.map(\.lasts) == [.seconds(25)])
        #expect(look(&watch, group(position: 8, end: 30), after: 30).isEmpty)
    }

    @Test func theTimeBeforeSomethingCameDoesNotCount() {
        var watch = StallWatch()
        #expect(look(&watch, group(position: 7, end: 7), after: 0).isEmpty)
        #expect(look(&watch, group(position: 7, end: 8), after: 600).isEmpty)
        #expect(look(&watch, group(position: 7, end: 8), after: 615).isEmpty)
        #expect(look(&watch, group(position: 7, end: 8), after: 620).count == 1)
    }

    @Test func aTransactionThatStaysOpenHoldsUpItsReaders() {
        var watch = StallWatch()
        #expect(look(&watch, group(position: 7, end: 7, high: 9), after: 0).isEmpty)
        let suspects = look(&watch, group(position: 7, end: 7, high: 12), after: 20)
        #expect(suspects.map(\.kind) == [.openTransaction])
        #expect(suspects.map(\.end) == [12])
        // The next one has its own time.
        #expect(look(&watch, group(position: 12, end: 12, high: 14), after: 25).isEmpty)
    }

    @Test func whoSaysWhatItWaitsForIsNotSuspectedAndItsTimeDoesNotCount() {
        var watch = StallWatch()
        #expect(look(&watch, group(position: 7, end: 8), after: 0).isEmpty)
        #expect(look(&watch, group(position: 7, end: 8), after: 60, busy: ["fraud"]).isEmpty)
        #expect(look(&watch, group(position: 7, end: 8), after: 65).isEmpty)
        #expect(look(&watch, group(position: 7, end: 8), after: 85).count == 1)
    }

    @Test func whereOnlyMarkersLieNothingIsSuspectedUntilTheLogGoesOn() throws {
        var watch = StallWatch()
        #expect(look(&watch, group(position: 7, end: 8), after: 0).isEmpty)
        let suspect = try #require(look(&watch, group(position: 7, end: 8), after: 20).first)
        watch.clear(suspect, now: start + .seconds(20))
        for second in stride(from: 25, through: 600, by: 5) {
            #expect(look(&watch, group(position: 7, end: 8), after: second).isEmpty)
        }
        #expect(look(&watch, group(position: 7, end: 9), after: 605).count == 1)
    }
}

@Suite struct StallGuardTests {
    private let start = ContinuousClock.now

    private func services(_ groups: [ClusterView.Group], instances: [InstanceHealth] = []) -> [SystemHealth.Service] {
        SystemHealth(
            cluster: ClusterView(bootstrap: "b", broker: .reachable, groups: groups), store: .ok(orders: 1),
            services: [fraud],
            instances: instances, lagThreshold: 100
        ).services
    }

    private func look(
        _ stalls: StallGuard, _ groups: [ClusterView.Group], after seconds: Int, instances: [InstanceHealth] = []
    ) async {
        await stalls.look(
            ClusterView(bootstrap: "b", broker: .reachable, groups: groups), services(groups, instances: instances),
            now: start + .seconds(seconds))
    }

    @Test func aGroupThatStandsIsNamedWithinHalfAMinuteUntilItMoves() async {
        let probes = Mutex(0)
        let stalls = StallGuard { _ in
            probes.withLock { $0 += 1 }
            return .unreadable
        }
        for second in stride(from: 0, to: 20, by: 5) {
            await look(stalls, group(position: 7, end: 9), after: second)
            #expect(stalls.problems.isEmpty)
        }
        for second in stride(from: 20, through: 60, by: 5) {
            await look(stalls, group(position: 7, end: 9), after: second)
        }
        #expect(
            stalls.problems == [
                SystemProblem(
                    part: "fraud", level: .degraded, code: "stalled",
                    detail:
                        "fraud-group has stood at offset 7 of orders[2] for 60 s, the log goes on to 9, and what is there cannot be read"
                )
            ])
        #expect(stalls.stalledPartitions == ["fraud": 1])
        #expect(probes.withLock { $0 } == 1)
        await look(stalls, group(position: 9, end: 9), after: 65)
        #expect(stalls.problems.isEmpty)
        #expect(stalls.stalledPartitions == ["fraud": 0])
    }

    @Test func whereThereIsNothingToReadNothingIsSaid() async {
        let stalls = StallGuard { _ in .nothing }
        for second in stride(from: 0, through: 120, by: 5) {
            await look(stalls, group(position: 7, end: 9), after: second)
            #expect(stalls.problems.isEmpty)
        }
    }

    @Test func anOpenTransactionIsNamedWithoutAProbe() async {
        let stalls = StallGuard { _ in
            Issue.record("nothing can be read there")
            return .unknown
        }
        await look(stalls, group(position: 7, end: 7, high: 9), after: 0)
        await look(stalls, group(position: 7, end: 7, high: 11), after: 30)
        #expect(stalls.problems.map(\.code) == ["transaction_open"])
        #expect(stalls.problems.first?.detail.contains("orders[2] has been open at offset 7 for 30 s") == true)
    }

    @Test func aServiceThatRetriesOrRestoresIsNotNamedTwice() async {
        let stalls = StallGuard { _ in .record }
        for state in [InstanceHealth.State.retrying, .restoring] {
            let instance = InstanceHealth(service: "fraud", instance: "a", state: state, since: .epoch, seenAt: .epoch)
            for second in stride(from: 0, through: 60, by: 5) {
                await look(stalls, group(position: 7, end: 9), after: second, instances: [instance])
            }
            #expect(stalls.problems.isEmpty)
        }
    }

    @Test func aTopicThatAServiceReadsAndThatIsGoneIsNamed() {
        let view = ClusterView(
            bootstrap: "b", broker: .reachable, topics: [.init(name: "payments", partitions: 6, offsets: 0)],
            groups: group(position: 7, end: 7))
        let health = SystemHealth(cluster: view, store: .ok(orders: 1), services: [fraud], lagThreshold: 100)
        #expect(health.problems.map(\.code) == ["topic_missing"])
        #expect(health.problems.map(\.part) == ["fraud"])
    }
}
