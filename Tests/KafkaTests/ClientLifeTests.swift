import CRdKafka
import KafkaMock
import Testing

@testable import Kafka

struct ClientCourseTests {
    private let start = ContinuousClock.now
    private let away = KafkaError(code: .messageTimedOut, message: "away")
    private let dead = KafkaError(code: .fatal, message: "dead", isFatal: true)

    /// Whether the client is of no further use after this error.
    private func failed(_ course: inout ClientCourse, _ error: KafkaError, _ now: ContinuousClock.Instant) -> Bool {
        course.failed(error, now: now)
    }

    @Test("a fatal error ends a client at once, and the first replacement is made at once")
    func fatal() {
        var course = ClientCourse()
        #expect(failed(&course, dead, start) == true)
        #expect(course.pause(now: start) == .zero)
    }

    @Test(
        "what a client remembers wrongly ends it as well",
        arguments: [
            KafkaError.Code.unknownTopic, .unknownTopicOrPartition, .unknownPartition, .closed, .readerStalled,
            .logReplaced,
        ])
    func stale(code: KafkaError.Code) {
        var course = ClientCourse()
        #expect(failed(&course, KafkaError(code: code, message: "stale"), start) == true)
    }

    @Test(
        "an error that may be the cluster's is put up with for half a minute, and then for as long with each new client"
    )
    func patience() {
        var course = ClientCourse()
        #expect(failed(&course, away, start) == false)
        #expect(failed(&course, away, start + .seconds(29)) == false)
        #expect(failed(&course, away, start + .seconds(30)) == true)
        course.renewed(now: start + .seconds(30))
        #expect(failed(&course, away, start + .seconds(59)) == false)
        #expect(failed(&course, away, start + .seconds(60)) == true)
        #expect(course.failingSince == start)
    }

    @Test("clients that get nothing done are made less and less often, until one succeeds")
    func pauses() {
        var course = ClientCourse()
        var now = start
        var pauses: [Duration] = []
        for _ in 0..<9 {
            #expect(failed(&course, dead, now) == true)
            pauses.append(course.pause(now: now))
            now += course.pause(now: now)
            course.renewed(now: now)
        }
        #expect(pauses == [0, 250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000].map { .milliseconds($0) })
        course.succeeded()
        #expect(course.error == nil && course.failingSince == nil)
        _ = course.failed(dead, now: now)
        #expect(course.pause(now: now) == .zero)
    }
}

struct ReaderWatchTests {
    private let start = ContinuousClock.now
    private let place = TopicPartition(topic: "t", partition: 0)

    private func look(_ watch: inout ReaderWatch, _ position: Int64, _ end: Int64, after seconds: Int) -> KafkaError
        .Code?
    {
        watch.look(positions: [place: position], ends: [place: end], now: start + .seconds(seconds))?.code
    }

    @Test("a reader that has everything is well, however long")
    func idle() {
        var watch = ReaderWatch()
        for second in stride(from: 0, through: 600, by: 10) { #expect(look(&watch, 7, 7, after: second) == nil) }
    }

    @Test("a reader that is behind and moves is well")
    func behind() {
        var watch = ReaderWatch()
        for second in stride(from: 0, through: 600, by: 10) {
            #expect(look(&watch, Int64(second), 10_000, after: second) == nil)
        }
    }

    @Test("a position that stands for half a minute before the end is a stall")
    func stalled() {
        var watch = ReaderWatch()
        #expect(look(&watch, 7, 8, after: 0) == nil)
        #expect(look(&watch, 7, 90, after: 29) == nil)
        #expect(look(&watch, 7, 91, after: 30) == .readerStalled)
    }

    @Test("the time before something came does not count")
    func late() {
        var watch = ReaderWatch()
        #expect(look(&watch, 7, 7, after: 0) == nil)
        #expect(look(&watch, 7, 8, after: 100) == nil)
        #expect(look(&watch, 7, 8, after: 129) == nil)
        #expect(look(&watch, 7, 8, after: 130) == .readerStalled)
    }

    @Test("an end before the place where the reader was means another log")
    func replaced() {
        var watch = ReaderWatch()
        #expect(look(&watch, 7, 7, after: 0) == nil)
        #expect(look(&watch, 7, 3, after: 10) == .logReplaced)
    }

    @Test("what came after the end was asked for means nothing")
    func overtaken() {
        var watch = ReaderWatch()
        #expect(look(&watch, 7, 6, after: 0) == nil)
        #expect(look(&watch, 9, 8, after: 10) == nil)
        #expect(look(&watch, 9, 9, after: 20) == nil)
    }
}

extension BrokerTests {
    struct ClientLives {
        let cluster = MockCluster()

        init() { cluster.makeTopic("out") }

        private func renewed(_ board: ClientBoard) throws -> RenewedClient<KafkaProducer> {
            let cluster = cluster
            return try RenewedClient(board.life("test", logger: quiet)) { () throws(KafkaError) in
                try KafkaProducer(settings: cluster.settings, options: ["message.timeout.ms": "2000"], logger: quiet)
            }
        }

        private func send(_ client: RenewedClient<KafkaProducer>) async throws(KafkaError) -> RecordMetadata {
            try await client.use { producer throws(KafkaError) in
                try await producer.send(topic: "out", partition: 0, key: nil, value: [1])
            }
        }

        @Test(
            "a call whose producer died of a fatal error succeeds with another producer, also when many find out at once"
        )
        func fatal() async throws {
            let board = ClientBoard()
            let client = try renewed(board)
            #expect(try await send(client).offset == 0)
            for round in 1...3 {
                let first = try #require(client.client)
                let handle = try #require(first.driver as? LibrdkafkaProducer).handle
                rd_kafka_test_fatal_error(
                    handle.client, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, "injected")
                let results = await withTaskGroup(of: Bool.self) { group in
                    for _ in 0..<20 {
                        group.addTask { do { return try await send(client).partition == 0 } catch { return false } }
                    }
                    return await group.reduce(into: []) { $0.append($1) }
                }
                #expect(results == Array(repeating: true, count: 20), "round \(round)")
                #expect(client.client !== first)
                #expect(board.failing.isEmpty)
            }
            _ = client.close()?.close()
        }

        @Test("a client that fails is shown as a problem until something succeeds")
        func problem() async throws {
            let board = ClientBoard()
            let client = try renewed(board)
            _ = try await send(client)
            cluster.setDown(true)
            await #expect(throws: KafkaError.self) { _ = try await send(client) }
            #expect(board.failing.map(\.name) == ["test"])
            #expect(board.failing.first?.error.code == .messageTimedOut)
            cluster.setDown(false)
            _ = try await send(client)
            #expect(board.failing.isEmpty)
            _ = client.close()?.close()
        }

        @Test("after closing, no client is made any more")
        func closed() async throws {
            let client = try renewed(ClientBoard())
            _ = client.close()?.close()
            let error = try await failure { _ = try await send(client) }
            #expect(error.code == .closed)
            #expect(client.client == nil)
        }
    }

    /// Brokers other than Apache Kafka may refuse to go on with a transactional id that expired, whatever librdkafka asks.
    struct RefusedIdentities {
        let cluster = MockCluster()

        init() { cluster.makeTopic("out") }

        private func refuseIdentity() {
            let forgotten = RD_KAFKA_RESP_ERR_INVALID_PRODUCER_ID_MAPPING
            for _ in 0..<50 { cluster.fail(API.initProducerID, with: forgotten, forgotten, forgotten, forgotten) }
        }

        @Test("an expired identity that the broker does not renew ends the producer, and the next one goes on")
        func expired() throws {
            let producer = try cluster.producer(transactionalID: "t")
            let topic = try producer.topic("out")
            try producer.initTransactions()
            try producer.beginTransaction()
            try producer.produce(topic, 0, "k", "v")
            cluster.fail(API.addPartitionsToTxn, with: RD_KAFKA_RESP_ERR_INVALID_PRODUCER_ID_MAPPING)
            refuseIdentity()
            let refused = try failure { try producer.commitTransaction(timeout: .seconds(30)) }
            #expect(refused.endsProducer)
            // What librdkafka itself would have one do: it asks for the old identity indefinitely.
            let began = ContinuousClock.now
            let ended = try failure { try producer.abortTransaction(timeout: .seconds(60)) }
            #expect(ended.endsProducer && ended.isFatal)
            #expect(producer.status.fatalError?.endsProducer == true)
            #expect(ContinuousClock.now - began < .seconds(30))
            #expect(producer.close())
            cluster.clearErrors(API.initProducerID)
            let next = try cluster.producer(transactionalID: "t")
            let again = try next.topic("out")
            try next.initTransactions()
            try next.beginTransaction()
            try next.produce(again, 0, "k", "v")
            try next.commitTransaction()
            #expect(next.close())
        }

        @Test("a producer that is refused an identity from the start says so instead of waiting")
        func refusedAtStart() throws {
            refuseIdentity()
            let producer = try cluster.producer(transactionalID: "t")
            let error = try failure { try producer.initTransactions(timeout: .seconds(60)) }
            #expect(error.endsProducer && error.isFatal)
            #expect(producer.close())
        }
    }
}
