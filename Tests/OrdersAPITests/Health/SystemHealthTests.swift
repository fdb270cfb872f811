import OrderEvents
import Testing

@testable import OrdersAPI

@Suite struct SystemHealthTests {
    private static let problem = InstanceHealth.Problem(
        code: "dependency_unavailable", detail: "http://127.0.0.1:9999 did not answer", attempt: 7,
        nextAttemptAt: Sample.now)

    private func instance(
        _ service: String, _ name: String, _ state: InstanceHealth.State, problem: InstanceHealth.Problem? = nil
    ) -> InstanceHealth {
        InstanceHealth(
            service: service, instance: name, state: state, since: Timestamp(millisecondsSinceEpoch: 1_000),
            seenAt: Timestamp(millisecondsSinceEpoch: 2_000), problem: problem)
    }

    private func health(
        _ cluster: ClusterView = .healthy, store: StoreStatus = .ok(orders: 1), instances: [InstanceHealth] = []
    ) -> SystemHealth {
        SystemHealth(
            cluster: cluster, store: store, services: MonitoredService.platform, instances: instances, lagThreshold: 100
        )
    }

    @Test func whereAllIsWellThereAreNoProblems() {
        let health = health(instances: [instance("payments", "a", .running)])
        #expect(health.level == .ok)
        #expect(health.problems.isEmpty)
        #expect(health.services[1].instances.map(\.instance) == ["a"])
    }

    @Test func aServiceWithoutMembersIsDownAndOneFarBehindIsLagging() {
        let view = ClusterView(
            bootstrap: "b", broker: .reachable,
            groups: [
                .init(name: "fraud-group", members: 1, partitions: [.init(topic: "orders", partition: 0, lag: 100)]),
                .init(name: "payments-group", members: 2, partitions: [.init(topic: "orders", partition: 0, lag: 101)]),
                .init(name: "sink-group", members: 0, partitions: []),
            ])
        let health = health(view)
        #expect(health.services.map(\.level) == [.ok, .lagging, .down, .down, .down])
        #expect(health.level == .degraded)
        #expect(health.problems.map(\.code) == ["lagging", "no_members", "no_members", "no_members"])
        #expect(health.problems.map(\.level) == [.degraded, .down, .down, .down])
    }

    private func partitions(_ counts: [Int], homes: Int, target: Int? = nil) -> [SystemProblem] {
        let names = ["orders", "payments", "fraud-alerts", "order-analytics"]
        let view = ClusterView(
            bootstrap: "b", broker: .reachable,
            topics: zip(names, counts).map { .init(name: $0, partitions: $1, offsets: 0) },
            groups: ClusterView.healthy.groups, homes: .init(count: homes, target: target))
        return health(view).problems
    }

    @Test func topicsThatWereGivenMorePartitionsAreAProblemThatNamesTheCommand() throws {
        #expect(partitions([6, 6, 6, 6], homes: 6).isEmpty)
        let problem = try #require(partitions([12, 6, 8, 6], homes: 6).first)
        #expect(problem.part == "topics")
        #expect(problem.code == "partitions_grown")
        #expect(problem.level == .degraded)
        for text in [
            "orders has 12 partitions", "fraud-alerts has 8 partitions", "instead of 6",
            "orders topics repartition --to 12",
        ] {
            #expect(problem.detail.contains(text))
        }
    }

    @Test func missingPartitionsAndAMoveThatIsUnderWayAreNamedToo() {
        #expect(partitions([3, 6, 6, 6], homes: 6).map(\.code) == ["partitions_missing"])
        #expect(partitions([12, 12, 12, 12], homes: 6, target: 12).map(\.code) == ["repartitioning"])
    }

    @Test func aServiceOnItsWayIntoItsGroupIsStartingAndNoProblem() {
        let empty = ClusterView(bootstrap: "b", broker: .reachable, groups: [])
        let young = SystemHealth(
            cluster: empty, store: .ok(orders: 0), services: MonitoredService.platform, lagThreshold: 100,
            isStarting: true)
        #expect(young.services.allSatisfy { $0.level == .starting })
        #expect(young.level == .starting && young.problems.isEmpty)
        // One says of itself that it restores; the others are gone.
        let late = health(empty, instances: [instance("payments", "a", .restoring)])
        #expect(late.services.map(\.level) == [.down, .starting, .down, .down, .down])
        #expect(late.level == .degraded)
    }

    @Test func aRetryingServiceIsAProblemAndDegradesTheWhole() {
        let health = health(instances: [
            instance("payments", "a", .running), instance("payments", "b", .retrying, problem: Self.problem),
        ])
        #expect(health.level == .degraded)
        #expect(health.services[1].level == .retrying)
        #expect(
            health.problems == [
                SystemProblem(
                    part: "payments", level: .degraded, code: "dependency_unavailable", detail: Self.problem.detail)
            ])
    }

    @Test func whereTheBrokerIsAwayThatIsTheProblemAndNotEveryService() {
        let health = health(ClusterView(bootstrap: "127.0.0.1:9092", broker: .unreachable("refused")))
        #expect(health.level == .down)
        #expect(health.problems.map(\.part) == ["broker"])
        #expect(health.problems[0].detail == "no broker answers at 127.0.0.1:9092: refused")
    }

    @Test func aStoreThatIsAwayTakesThePlatformDown() {
        let health = health(store: .down("disk full"))
        #expect(health.level == .down)
        #expect(health.problems.map(\.detail) == ["disk full"])
    }

    @Test func aProblemLastsFromWhenItWasFirstSeenUntilItIsGone() {
        let log = ProblemLog()
        let store = SystemProblem(part: "store", level: .down, code: "unreachable", detail: "one")
        let same = SystemProblem(part: "store", level: .down, code: "unreachable", detail: "other words")
        let at = { Timestamp(millisecondsSinceEpoch: $0) }
        #expect(log.note([store], now: at(1)) == [at(1)])
        #expect(log.note([same], now: at(2)) == [at(1)])
        #expect(log.note([], now: at(3)) == [])
        #expect(log.note([store], now: at(4)) == [at(4)])
    }

    @Test func aCutOfTheLogIsAProblemForADay() {
        func cut(_ partition: Int32, at: Int64, kind: LogCut.Kind = .deleted) -> LogCut {
            LogCut(
                service: "payments", group: "payments-group", topic: "orders", partition: partition, from: 120, to: 450,
                kind: kind,
                at: Timestamp(millisecondsSinceEpoch: at))
        }
        let cuts = [cut(3, at: 1_000), cut(4, at: 2_000)]
        let problem = LogCut.problem(of: "payments", cuts, now: Timestamp(millisecondsSinceEpoch: 60_000))
        #expect(problem?.code == "log_cut")
        #expect(problem?.part == "payments")
        #expect(
            problem?.detail.hasPrefix(
                "660 offsets in 2 places are lost to payments-group, the last at orders[4]: offsets 120 up to 450")
                == true)
        #expect(LogCut.problem(of: "fraud", cuts, now: Timestamp(millisecondsSinceEpoch: 60_000)) == nil)
        #expect(
            LogCut.problem(
                of: "payments", cuts, now: Timestamp(millisecondsSinceEpoch: 2_000 + LogCut.shownForMilliseconds))
                == nil)
        let replaced = LogCut.problem(
            of: "payments", [cut(3, at: 1_000, kind: .replaced)], now: Timestamp(millisecondsSinceEpoch: 60_000))
        #expect(
            replaced?.detail.hasPrefix(
                "the log was replaced under payments-group in 1 place, the last orders[3]: payments was at 120") == true
        )
    }

    @Test func theAPIShowsInstancesAndProblemsAndStaysReady() async throws {
        struct Source: ServiceHealthSource {
            let all: [InstanceHealth]
            func instances() async -> [InstanceHealth] { all }
        }
        let source = Source(all: [instance("payments", "a1b2", .retrying, problem: Self.problem)])
        try await APIFixture(health: source).test { client in
            let json = try await client.get("/api/system").json
            #expect(json["status"]?.string == "degraded")
            #expect(json["services.1.status"]?.string == "retrying")
            #expect(json["services.1.instances.0.instance"]?.string == "a1b2")
            #expect(json["services.1.instances.0.state"]?.string == "retrying")
            #expect(json["services.1.instances.0.problem.attempt"]?.int == 7)
            #expect(json["services.1.instances.0.problem.next_attempt_at"]?.string == Sample.now.description)
            #expect(json["services.0.instances"]?.count == 0)
            #expect(json["problems.0.part"]?.string == "payments")
            #expect(json["problems.0.since"]?.string == "1970-01-01T00:00:01Z")
            let ready = try await client.get("/readyz")
            #expect(ready.status == .ok)
            #expect(try ready.json["problems.0.code"]?.string == "dependency_unavailable")
        }
    }
}

@Suite struct InstanceTableTests {
    private let start = ContinuousClock.now

    private func word(_ instance: String) -> InstanceHealth {
        InstanceHealth(service: "payments", instance: instance, state: .running, since: .epoch, seenAt: .epoch)
    }

    @Test func anInstanceThatIsSilentForTooLongIsGone() {
        var table = InstanceTable()
        table.note(word("old"), age: .seconds(30), now: start)
        table.note(word("new"), age: .zero, now: start)
        #expect(table.current(now: start + .seconds(5)).map(\.instance) == ["new", "old"])
        #expect(table.current(now: start + .seconds(6)).map(\.instance) == ["new"])
        #expect(table.current(now: start + .seconds(36)).isEmpty)
    }

    @Test func aWordFromTheFutureCountsAsNew() {
        var table = InstanceTable()
        table.note(word("a"), age: .seconds(-3_600), now: start)
        #expect(table.current(now: start + .seconds(36)).isEmpty)
    }

    @Test func anInstanceThatWasStoppedIsGoneAtOnce() {
        var table = InstanceTable()
        table.note(word("a"), age: .zero, now: start)
        table.remove("payments/a")
        #expect(table.current(now: start).isEmpty)
    }

    @Test func noMoreInstancesAreKeptThanAPlatformHas() {
        var table = InstanceTable()
        for number in 0..<1_500 { table.note(word("\(number)"), age: .milliseconds(1_500 - number), now: start) }
        #expect(table.current(now: start).count == InstanceTable.limit)
        #expect(table.current(now: start).contains { $0.instance == "1499" })
    }
}
