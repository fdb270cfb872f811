import Foundation
import OrderEvents
import Testing

@testable import OrderServices

@Suite struct OrderPacingTests {
    @Test func ordersComeAtTheRateAndStopAtTheLimit() {
        var pacing = OrderPacing(rate: .perSecond(10), limit: 25)
        #expect(pacing.due(after: .zero) == 1)
        pacing.note(made: 1)
        #expect(pacing.due(after: .milliseconds(50)) == 0)
        #expect(pacing.nextDue == .milliseconds(100))
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
