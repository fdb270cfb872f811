import KafkaProtocol
import NIOCore
import Testing

@testable import KafkaClient

@Suite struct ClusterCoreTests {
    typealias Beat = Result<Answer<HeartbeatResponse>, RequestFailure>

    private func options(_ deadline: Int64? = nil, retries: Bool = true, lane: Lane = .general) -> RequestOptions {
        RequestOptions(lane: lane, clientID: "test", deadline: deadline, retries: retries)
    }

    private func beat(
        _ cluster: SimulatedCluster, to destination: Destination, _ options: RequestOptions,
        then handler: @escaping (Beat) -> Void
    ) {
        cluster.call {
            cluster.core.send(
                HeartbeatRequest { $0.groupID = "g" }, to: destination, options, check: { $0.errorCode }, then: handler)
        }
    }

    @Test func aRequestToAnyBrokerIsAnsweredOverOneConnection() {
        let cluster = SimulatedCluster()
        var outcome: Beat?
        beat(cluster, to: .anyBroker, options(retries: false)) { outcome = $0 }
        #expect(outcome == nil)
        #expect(cluster.run(until: { outcome != nil }))
        // The broker may not be the group's coordinator, and says so.
        #expect((try? outcome?.get().body) != nil)
        #expect(cluster.connectionCount == 1)
    }

    @Test func aHandlerIsNeverCalledInsideTheCallThatGotIt() {
        let cluster = SimulatedCluster()
        cluster.call {
            var called = false
            cluster.core.send(HeartbeatRequest(), to: .anyBroker, options(0)) { (_: Beat) in called = true }
            #expect(!called)
            cluster.core.settle()
            #expect(called)
        }
    }

    @Test func aCoordinatorIsFoundAndRemembered() {
        let cluster = SimulatedCluster()
        cluster.coordinators["g"] = 2
        var answers: [Int32?] = []
        for _ in 0..<3 {
            beat(cluster, to: .coordinator(.init(kind: .group, name: "g")), options()) {
                answers.append((try? $0.get())?.broker)
            }
        }
        #expect(cluster.run(until: { answers.count == 3 }))
        #expect(answers == [2, 2, 2])
        #expect(cluster.brokers.map { $0.received[FindCoordinatorRequest.api] ?? 0 }.reduce(0, +) == 1)
    }

    @Test func aCoordinatorThatMovedIsFoundAgain() {
        let cluster = SimulatedCluster()
        let key = CoordinatorKey(kind: .group, name: "g")
        cluster.coordinators["g"] = 1
        var answers: [Int32?] = []
        beat(cluster, to: .coordinator(key), options()) { answers.append((try? $0.get())?.broker) }
        #expect(cluster.run(until: { answers.count == 1 }))
        cluster.coordinators["g"] = 0
        beat(cluster, to: .coordinator(key), options()) { answers.append((try? $0.get())?.broker) }
        #expect(cluster.run(until: { answers.count == 2 }))
        #expect(answers == [1, 0])
    }

    @Test func aCoordinatorThatCannotBeReachedIsLookedForAgain() {
        let cluster = SimulatedCluster()
        let key = CoordinatorKey(kind: .group, name: "g")
        cluster.coordinators["g"] = 1
        var answers: [Int32?] = []
        beat(cluster, to: .coordinator(key), options()) { answers.append((try? $0.get())?.broker) }
        #expect(cluster.run(until: { answers.count == 1 }))
        cluster.stop(cluster.brokers[1])
        cluster.coordinators["g"] = 2
        beat(cluster, to: .coordinator(key), options()) { answers.append((try? $0.get())?.broker) }
        #expect(cluster.run(until: { answers.count == 2 }))
        #expect(answers == [1, 2])
    }

    @Test(arguments: [
        ErrorCode.coordinatorLoadInProgress, .coordinatorNotAvailable, .notCoordinator, .networkException,
        .requestTimedOut, .throttlingQuotaExceeded, .leaderNotAvailable, .notController,
    ])
    func anErrorThatPassesIsRepeated(_ error: ErrorCode) {
        let cluster = SimulatedCluster()
        cluster.brokers[0].errors[HeartbeatRequest.api] = [error, error]
        var outcome: Beat?
        beat(cluster, to: .coordinator(.init(kind: .group, name: "g")), options()) { outcome = $0 }
        #expect(cluster.run(until: { outcome != nil }))
        #expect((try? outcome?.get().body.errorCode) == ErrorCode.none)
        #expect(cluster.brokers[0].received[HeartbeatRequest.api] == 3)
    }

    @Test func withoutRetriesTheFirstAnswerIsTheOutcome() {
        let cluster = SimulatedCluster()
        cluster.brokers[0].errors[HeartbeatRequest.api] = [.coordinatorLoadInProgress]
        var outcome: Beat?
        beat(cluster, to: .coordinator(.init(kind: .group, name: "g")), options(retries: false)) { outcome = $0 }
        #expect(cluster.run(until: { outcome != nil }))
        #expect((try? outcome?.get().body.errorCode) == .coordinatorLoadInProgress)
    }

    @Test func anErrorThatStaysIsTheAnswerAtTheEndOfTheTime() {
        let cluster = SimulatedCluster()
        cluster.brokers[0].errors[HeartbeatRequest.api] = Array(repeating: .coordinatorLoadInProgress, count: 1000)
        var outcome: Beat?
        let start = cluster.time.monotonic
        beat(cluster, to: .coordinator(.init(kind: .group, name: "g")), options(start + 5000)) { outcome = $0 }
        #expect(cluster.run(until: { outcome != nil }))
        #expect((try? outcome?.get().body.errorCode) == .coordinatorLoadInProgress)
        #expect(cluster.time.monotonic <= start + 5000)
    }

    @Test func aBrokerThatIsSilentLosesItsConnectionAndTheRequestMayHaveBeenCarriedOut() throws {
        let cluster = SimulatedCluster(brokers: 1)
        var first: Beat?
        beat(cluster, to: .anyBroker, options()) { first = $0 }
        #expect(cluster.run(until: { first != nil }))
        cluster.brokers[0].isSilent = true
        var outcome: Beat?
        let start = cluster.time.monotonic
        beat(cluster, to: .anyBroker, options(retries: false)) { outcome = $0 }
        #expect(cluster.run(until: { outcome != nil }))
        #expect(cluster.time.monotonic == start + 30_000)
        guard case .failure(let failure)? = outcome else {
            Issue.record("it did not fail")
            return
        }
        #expect(failure.mayHaveHappened)
        #expect(failure.error.code == .timedOut)
    }

    @Test func aShortDeadlineEndsTheCallAndNotTheConnection() {
        let cluster = SimulatedCluster(brokers: 1)
        var first: Beat?
        beat(cluster, to: .anyBroker, options()) { first = $0 }
        #expect(cluster.run(until: { first != nil }))
        cluster.network.latency = 3000...3000
        var (short, long): (Beat?, Beat?)
        beat(cluster, to: .anyBroker, options(cluster.time.monotonic + 1000)) { short = $0 }
        beat(cluster, to: .anyBroker, options()) { long = $0 }
        #expect(cluster.run(for: 1000, until: { short != nil }))
        guard case .failure(let failure)? = short else {
            Issue.record("it did not fail")
            return
        }
        #expect(failure.mayHaveHappened)
        #expect(cluster.run(for: 6000, until: { long != nil }))
        #expect((try? long?.get()) != nil)
        #expect(cluster.brokers[0].received[ApiVersionsRequest.api] == 1)
    }

    @Test func aRequestThatWasNeverWrittenCannotHaveBeenCarriedOut() {
        let cluster = SimulatedCluster(brokers: 1)
        cluster.brokers[0].isUp = false
        var outcome: Beat?
        beat(cluster, to: .anyBroker, options(cluster.time.monotonic + 3000)) { outcome = $0 }
        #expect(cluster.run(until: { outcome != nil }))
        guard case .failure(let failure)? = outcome else {
            Issue.record("it did not fail")
            return
        }
        #expect(!failure.mayHaveHappened)
        #expect(failure.error.isRetriable)
    }

    @Test func requestsThatWereOnTheirWayAreRepeatedAfterTheConnectionBroke() {
        let cluster = SimulatedCluster(brokers: 1)
        cluster.network.lostAnswers = 300
        var answers = 0
        for _ in 0..<20 { beat(cluster, to: .anyBroker, options()) { if (try? $0.get()) != nil { answers += 1 } } }
        #expect(cluster.run(until: { answers == 20 }))
    }

    @Test func aThrottledConnectionWaits() {
        let cluster = SimulatedCluster(brokers: 1)
        cluster.brokers[0].throttle = 500
        var times: [Int64] = []
        beat(cluster, to: .anyBroker, options()) { _ in times.append(cluster.time.monotonic) }
        #expect(cluster.run(until: { times.count == 1 }))
        beat(cluster, to: .anyBroker, options()) { _ in times.append(cluster.time.monotonic) }
        #expect(cluster.run(until: { times.count == 2 }))
        #expect(times[1] - times[0] >= 500)
    }

    @Test func anIdleConnectionIsClosedAndTheNextRequestOpensAnother() {
        let cluster = SimulatedCluster(brokers: 1)
        var answers = 0
        beat(cluster, to: .anyBroker, options()) { _ in answers += 1 }
        #expect(cluster.run(until: { answers == 1 }))
        cluster.run(for: 2 * 540_000)
        #expect(cluster.connectionCount == 0)
        beat(cluster, to: .anyBroker, options()) { _ in answers += 1 }
        #expect(cluster.run(until: { answers == 2 }))
    }

    @Test func lanesHaveConnectionsOfTheirOwn() {
        let cluster = SimulatedCluster(brokers: 1)
        var answers = 0
        for lane in [Lane.general, .produce, .fetch(1), .fetch(2), .group(1)] {
            beat(cluster, to: .anyBroker, options(lane: lane)) { _ in answers += 1 }
        }
        #expect(cluster.run(until: { answers == 5 }))
        #expect(cluster.connectionCount == 5)
    }

    @Test func reconnectingWaitsLongerAndLonger() {
        let cluster = SimulatedCluster(brokers: 1)
        cluster.brokers[0].isUp = false
        var outcome: Beat?
        beat(cluster, to: .anyBroker, options(cluster.time.monotonic + 20_000)) { outcome = $0 }
        #expect(cluster.run(until: { outcome != nil }))
        let attempts = cluster.logged.filter { $0.contains("refused") }.count
        // 50, 100, 200, 400, 800, then 1,000 ms each with jitter; every attempt and its refusal are heard once.
        #expect((15...35).contains(attempts))
    }

    @Test func aBrokerThatOffersNoCommonVersionIsAnErrorThatNamesTheAPI() {
        let cluster = SimulatedCluster(brokers: 1)
        cluster.offered[HeartbeatRequest.api] = 90...99
        var outcome: Beat?
        beat(cluster, to: .anyBroker, options()) { outcome = $0 }
        #expect(cluster.run(until: { outcome != nil }))
        guard case .failure(let failure)? = outcome else {
            Issue.record("it did not fail")
            return
        }
        #expect(failure.error.code == .unsupportedFeature)
        #expect(failure.error.message.contains("Heartbeat"))
        #expect(!failure.mayHaveHappened)
    }

    @Test func oldBrokersAreAskedInTheirVersions() {
        let cluster = SimulatedCluster(brokers: 1)
        cluster.offered[ApiVersionsRequest.api] = 0...0
        cluster.offered[FindCoordinatorRequest.api] = 0...2
        var outcome: Beat?
        beat(cluster, to: .coordinator(.init(kind: .group, name: "g")), options()) { outcome = $0 }
        #expect(cluster.run(until: { outcome != nil }))
        #expect((try? outcome?.get()) != nil)
    }

    @Test func closingEndsEverythingThatWaits() {
        let cluster = SimulatedCluster(brokers: 1)
        cluster.brokers[0].isSilent = true
        var codes: [ClientError.Code] = []
        for _ in 0..<3 {
            beat(cluster, to: .anyBroker, options()) {
                if case .failure(let failure) = $0 { codes.append(failure.error.code) }
            }
        }
        cluster.run(for: 100)
        cluster.core.close(at: cluster.time)
        #expect(codes == [.closed, .closed, .closed])
    }
}
