import Foundation
import Kafka
import OrderEvents
import StreamTesting
import Synchronization
import Testing

@testable import OrderServices

@Suite struct OrderPacingTests {
    @Test func ordersComeAtTheRateAndStopAtTheLimit() {
        var pacing = OrderPacing(rate: .perSecond(10), limit: 25)
        #expect(pacing.due(after: .zero) == 1)
        pacing.note(made: 1)
        #expect(pacing.due(after: .milliseconds(50)) == 0)
        #expect(pacing.rest(after: .milliseconds(90)) == .milliseconds(10))
        // Not for each order by itself, where they are many.
        #expect(pacing.rest(after: .milliseconds(99)) == .milliseconds(5))
        #expect(pacing.due(after: .seconds(1)) == 10)
        pacing.note(made: 10)
        #expect(pacing.due(after: .seconds(100)) == 14)
        pacing.note(made: 14)
        #expect(pacing.isFinished)
        #expect(pacing.due(after: .seconds(200)) == 0)
    }

    @Test func atMaximumABurstIsBounded() {
        let pacing = OrderPacing(rate: .max, limit: nil)
        #expect(pacing.due(after: .zero) == pacing.burst)
        #expect(!pacing.isFinished)
    }
}

@Suite struct FlowWindowTests {
    @Test func nothingIsMadeBeforeItIsKnownWhatWaits() {
        let window = FlowWindow(limit: 100)
        #expect(window.room == 0 && window.needsLook)
    }

    @Test func neverMoreThanTheLimitIsOnItsWay() {
        var window = FlowWindow(limit: 1_000)
        var waiting = 0
        for step in 0..<1_000 {
            if window.needsLook { window.saw(waiting: Int64(waiting)) }
            let made = min(window.room, 137)
            window.note(made: made)
            waiting += made
            #expect(waiting <= 1_000)
            waiting = max(0, waiting - step % 200)
        }
        window.saw(waiting: .max)
        #expect(window.room == 0)
        window.saw(waiting: 0)
        #expect(window.room == 1_000 && !window.needsLook)
    }
}

@Suite(.timeLimit(.minutes(3))) struct OrderProducerTests {
    /// Nothing is processed until the test says so.
    private final class Held: OrderBacklog {
        let broker: RunningBroker
        let processed = Mutex<Int64>(0)
        let looks = Mutex(0)
        init(_ broker: RunningBroker) { self.broker = broker }
        func waiting() async throws -> Int64 {
            looks.withLock { $0 += 1 }
            return try await unprocessed()
        }
        func unprocessed() async throws -> Int64 {
            let ends = try await broker.admin.endOffsets(try await broker.admin.partitions(ofTopics: ["orders"]))
            return ends.values.reduce(0, +) - processed.withLock { $0 }
        }
        func close() async {}
    }

    @Test func atMaximumTheOrdersThatWaitAreBoundedAndItGoesOnAsTheyAreProcessed() async throws {
        try await RunningBroker.run(Topology.topicSpecs(homes: 1)) { broker in
            let backlog = Held(broker)
            let producer = OrderProducer(
                OrderProducer.Options(rate: .max, count: 120_000), kafka: broker.settings,
                stateDirectory: "\(broker.directory)-producer",
                backlog: backlog, logger: broker.logger)
            async let running: Void = producer.run()
            func made() async throws -> Int64 { try await backlog.unprocessed() + backlog.processed.withLock { $0 } }
            while try await made() < 75_000 { try await Task.sleep(for: .milliseconds(20)) }
            // Several looks later it is still within the window; each order has at most one change.
            let before = backlog.looks.withLock { $0 }
            while backlog.looks.withLock({ $0 }) < before + 3 { try await Task.sleep(for: .milliseconds(20)) }
            #expect(try await backlog.unprocessed() <= 125_000)
            while try await made() < 120_000 {
                let now = try await made()
                backlog.processed.withLock { $0 = now }
                try await Task.sleep(for: .milliseconds(20))
            }
            backlog.processed.withLock { $0 = 1_000_000 }
            try await running
            #expect(try await made() >= 120_000)
        }
    }
}

@Suite struct SequenceFileTests {
    private let directory = NSTemporaryDirectory() + "sequence-\(UUID().uuidString)"

    init() throws { try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true) }

    @Test func aNumberIsNeverGivenTwiceEvenAfterACrash() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var next: Int64 = 0
        for _ in 0..<5 {
            var file = try SequenceFile(directory: directory)
            #expect(file.start >= next)
            next = file.start + 3_000
            try file.reserve(upTo: next)
            // No close: a crash.
        }
    }

    @Test func aCleanStopGivesBackWhatWasNotUsed() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var file = try SequenceFile(directory: directory)
        try file.reserve(upTo: 10)
        try file.close(next: 7)
        #expect(try SequenceFile(directory: directory).start == 7)
    }

    @Test func aDamagedFileIsNamed() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try Data("what?".utf8).write(to: URL(fileURLWithPath: "\(directory)/next-event"))
        #expect { try SequenceFile(directory: directory) } throws: { "\($0)".contains("next-event") }
    }
}

@Suite struct SimulatedGatewayTests {
    private func request(_ id: Int64) -> ChargeRequest {
        ChargeRequest(
            orderID: OrderID(id)!, customerID: 1, amount: Money(minorUnits: 100, currency: Currency(code: "EUR")!),
            country: CountryCode(code: "DE")!)
    }

    @Test func anOrderAlwaysGetsTheSameAnswer() async throws {
        let requests = (1...500).map { request(Int64($0)) }
        let first = try await SimulatedPaymentGateway(declineRate: 0.3).charge(requests)
        let second = try await SimulatedPaymentGateway(declineRate: 0.3).charge(requests.reversed())
        #expect(first == second.reversed())
    }

    @Test func theDeclineRateHolds() async throws {
        let requests = (1...20_000).map { request(Int64($0)) }
        for rate in [0, 0.05, 0.5, 1] {
            let declined = try await SimulatedPaymentGateway(declineRate: rate).charge(requests).count { $0 != .paid }
            #expect(abs(Double(declined) / 20_000 - rate) < 0.01)
        }
    }
}
