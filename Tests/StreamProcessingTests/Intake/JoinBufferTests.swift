import Kafka
import OrderEvents
import TestSupport
import Testing

@testable import StreamProcessing

@Suite struct JoinBufferTests {
    private static let (orders, payments, alerts) = (
        TopicID(rawValue: 0), TopicID(rawValue: 1), TopicID(rawValue: 2)
    )
    private static let start = ContinuousClock.now
    private let limits = JoinBuffer.Limits(begin: 2, waiting: 8, patience: .milliseconds(100))

    private func buffer() -> JoinBuffer {
        JoinBuffer(lead: JoinBufferTests.orders, follow: JoinBufferTests.payments, limits: limits)
    }

    private func record(
        _ topic: TopicID, _ key: String?, at offset: Int64, _ partition: Int32 = 0, time: Int64? = nil
    ) -> RecordContent {
        RecordContent(
            topic: topic, partition: partition, offset: offset, timestamp: time ?? offset,
            key: key.map { Array($0.utf8) },
            value: nil)
    }

    private func order(_ key: String?, _ offset: Int64, _ partition: Int32 = 0) -> RecordContent {
        record(JoinBufferTests.orders, key, at: offset, partition)
    }

    private func payment(_ key: String?, _ offset: Int64, time: Int64 = 1_000) -> RecordContent {
        record(JoinBufferTests.payments, key, at: offset, time: time)
    }

    private func texts(_ batch: RecordBatch?) -> [String] {
        (batch.map { Array($0) } ?? []).map { record in
            let key = record.key.map { String(decoding: $0, as: UTF8.self) } ?? "-"
            return ["order ", "payment ", "alert "][record.topic.rawValue] + key
        }
    }

    private func now(_ milliseconds: Int) -> ContinuousClock.Instant {
        JoinBufferTests.start + .milliseconds(milliseconds)
    }

    @Test func withLittleToDoNothingWaits() {
        var buffer = buffer()
        let polled = RecordBatch(copying: [order("1", 0), payment("9", 0)])
        #expect(buffer.take(polled, now: now(0)) === polled)
        #expect(buffer.count == 0)
        #expect(buffer.wait(now: now(0)) == nil)
    }

    @Test func anOrderWaitsForItsPaymentAndThoseBeforeItGoWithIt() {
        var buffer = buffer()
        let first = [order("1", 0), order("2", 1), order("3", 2), record(JoinBufferTests.alerts, "9", at: 0)]
        #expect(texts(buffer.take(RecordBatch(copying: first), now: now(0))) == ["alert 9"])
        #expect(buffer.count == 3)
        #expect(buffer.positions.leads == [0: 0])
        let second = buffer.take(RecordBatch(copying: [payment("2", 0)]), now: now(10))
        #expect(texts(second) == ["order 1", "order 2", "payment 2"])
        #expect(buffer.positions.leads == [0: 2])
        #expect(buffer.wait(now: now(30)) == .milliseconds(80))
        // The payment of the one that went without comes later, and waits for nothing.
        let third = buffer.take(RecordBatch(copying: [payment("1", 1), payment("3", 2)]), now: now(20))
        #expect(texts(third) == ["order 3", "payment 1", "payment 3"])
        #expect(buffer.count == 0)
    }

    @Test func aPaymentWaitsForItsOrder() {
        var buffer = buffer()
        let first = [order("1", 0), order("2", 1), payment("1", 0), payment("3", 1), payment("4", 2)]
        #expect(texts(buffer.take(RecordBatch(copying: first), now: now(0))) == ["order 1", "payment 1"])
        #expect(buffer.positions.leads == [0: 1])
        #expect(buffer.positions.follows == [0: 1])
        let second = buffer.take(RecordBatch(copying: [order("3", 2)]), now: now(10))
        #expect(texts(second) == ["order 2", "order 3", "payment 3"])
        #expect(buffer.positions.follows == [0: 2])
    }

    @Test func aPaymentOfAnOrderThatWasReadBeforeDoesNotWait() {
        var buffer = buffer()
        let polled = [order("5", 5), order("6", 6), payment("1", 0, time: 6), payment("5", 1)]
        #expect(
            texts(buffer.take(RecordBatch(copying: polled), now: now(0))) == ["order 5", "payment 1", "payment 5"])
    }

    @Test func recordsWithoutAKeyWaitWithTheOthersAndForNobody() {
        var buffer = buffer()
        let polled = [order(nil, 0), order("1", 1), payment(nil, 0), payment("1", 1)]
        #expect(
            texts(buffer.take(RecordBatch(copying: polled), now: now(0)))
                == ["order -", "order 1", "payment -", "payment 1"])
    }

    @Test func whatWaitsInVainGoesAndNothingWaitsUntilThereIsAPayment() {
        var buffer = buffer()
        let first = RecordBatch(copying: [order("1", 0), order("2", 1)])
        #expect(buffer.take(first, now: now(0)).isEmpty)
        #expect(buffer.expired(now: now(99)) == nil)
        #expect(texts(buffer.expired(now: now(100))) == ["order 1", "order 2"])
        #expect(buffer.count == 0)
        let second = RecordBatch(copying: [order("3", 2), order("4", 3)])
        #expect(buffer.take(second, now: now(101)) === second)
        let third = [order("5", 4), order("6", 5), payment("1", 0)]
        #expect(texts(buffer.take(RecordBatch(copying: third), now: now(102))) == ["payment 1"])
        #expect(buffer.count == 2)
    }

    @Test func whatWaitsInVainInOnePartitionGoesWhileThoseOfAnotherMeet() {
        var buffer = buffer()
        let first = [order("1", 0), order("2", 1), order("7", 0, 1)]
        #expect(buffer.take(RecordBatch(copying: first), now: now(0)).isEmpty)
        for step in 1...4 {
            let polled = [payment("\(step)", Int64(step - 1)), order("\(step + 2)", Int64(step + 1))]
            let batch = texts(buffer.take(RecordBatch(copying: polled), now: now(step * 30)))
            #expect(batch == ["order \(step)"] + (step == 4 ? ["payment 4", "order 7"] : ["payment \(step)"]))
        }
        #expect(buffer.count == 2)
    }

    @Test func itEndsWhenLittleIsLeft() {
        var limits = limits
        limits.begin = 6
        var buffer = JoinBuffer(lead: JoinBufferTests.orders, follow: JoinBufferTests.payments, limits: limits)
        let first = (0..<6).map { order("\($0)", Int64($0)) }
        #expect(buffer.take(RecordBatch(copying: first), now: now(0)).isEmpty)
        #expect(buffer.take(RecordBatch(copying: [payment("4", 0)]), now: now(1)).count == 6)
        #expect(texts(buffer.take(RecordBatch(copying: [order("6", 6)]), now: now(2))) == ["order 5", "order 6"])
        #expect(buffer.count == 0)
    }

    @Test func noMoreWaitThanTheLimit() {
        var buffer = buffer()
        let first = (0..<8).map { order("\($0)", Int64($0)) }
        #expect(buffer.take(RecordBatch(copying: first), now: now(0)).isEmpty)
        let second = buffer.take(RecordBatch(copying: [order("8", 8), order("9", 9)]), now: now(1))
        #expect(texts(second) == (0..<5).map { "order \($0)" })
    }

    /// Whatever comes in whatever order: of each partition all comes out once and in order, and the positions are
    /// before what has not.
    @Test(arguments: 0..<100) func nothingIsLostDoubledOrMisplaced(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var buffer = JoinBuffer(
            lead: JoinBufferTests.orders, follow: JoinBufferTests.payments,
            limits: JoinBuffer.Limits(
                begin: Int.random(in: 1...6, using: &random), waiting: Int.random(in: 1...20, using: &random),
                patience: .milliseconds(50)))
        struct Place: Hashable { var topic: Int, partition: Int32 }
        var (given, taken): ([Place: [Int64]], [Place: [Int64]]) = ([:], [:])
        weak var oldest: RecordBatch?
        var time = 0
        func note(_ batch: RecordBatch?) {
            for record in batch ?? RecordBatch(copying: []) {
                taken[Place(topic: record.topic.rawValue, partition: record.partition), default: []].append(
                    record.offset)
            }
            for (topic, positions) in [buffer.positions.leads, buffer.positions.follows].enumerated() {
                for partition in Int32(0)..<2 {
                    let place = Place(topic: topic, partition: partition)
                    let next = positions[partition] ?? Int64(given[place]?.count ?? 0)
                    #expect(next == Int64(taken[place]?.count ?? 0))
                }
            }
        }
        for step in 0..<60 {
            var contents: [RecordContent] = []
            for _ in 0..<Int.random(in: 0..<8, using: &random) {
                let place = Place(
                    topic: Int.random(in: 0..<3, using: &random), partition: Int32.random(in: 0..<2, using: &random))
                let offset = Int64(given[place]?.count ?? 0)
                given[place, default: []].append(offset)
                let key = Bool.random(using: &random) ? "\(offset)" : Bool.random(using: &random) ? nil : "same"
                contents.append(
                    record(
                        TopicID(rawValue: place.topic), key, at: offset, place.partition,
                        time: Int64.random(in: 0..<200, using: &random)))
            }
            let polled = RecordBatch(copying: contents)
            if step == 0 { oldest = polled }
            time += Int.random(in: 0..<40, using: &random)
            note(buffer.take(polled, now: now(time)))
            time += Int.random(in: 0..<40, using: &random)
            note(buffer.expired(now: now(time)))
        }
        note(buffer.expired(now: now(time + 1_000)))
        #expect(taken == given)
        #expect(buffer.count == 0)
        #expect(oldest == nil, "the memory of the first poll is still held")
    }
}
