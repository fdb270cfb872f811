import Logging
import Synchronization
import Testing
import Threads

@testable import Kafka

struct LoggingTests {
    @Test(
        "librdkafka's severities become log levels",
        arguments: [
            (Int32(0), "X", Logger.Level.critical), (2, "X", .critical), (3, "X", .error), (4, "X", .warning),
            (5, "X", .notice),
            (6, "X", .info), (7, "X", .debug), (4, "CONFWARN", .debug), (3, "FAIL", .warning),
        ])
    func levels(severity: Int32, facility: String, level: Logger.Level) {
        #expect(Logger.Level(syslog: severity, facility: facility) == level)
    }

    @Test("what librdkafka logs goes to the client's logger")
    func lines() throws {
        let lines = Monitor<[String]>([])
        var logger = Logger(label: "test") { _ in Capture(lines: lines) }
        logger.logLevel = .debug
        let producer = try KafkaProducer(
            settings: KafkaSettings(bootstrapServers: "127.0.0.1:1"), options: ["debug": "generic"], logger: logger)
        #expect(lines.wait(timeout: .seconds(10)) { $0.contains { $0.contains("librdkafka v") } ? true : nil } == true)
        producer.close(timeout: .seconds(1))
    }

    @Test("polls that drain a long queue wake the fetcher, others don't")
    func wakes() {
        var waker = FetchWaker()
        var wakes: [Bool] = []
        for (before, after) in [
            (100, 0), (20_000, 15_000), (15_000, 10_000), (10_000, 5_000), (5_000, 0), (1_000, 0), (3_000, 0),
        ] {
            wakes.append(waker.shouldWake(before: before, after: after))
        }
        #expect(wakes == [false, false, false, true, true, false, true])
    }

    struct Capture: LogHandler {
        let lines: Monitor<[String]>
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .debug

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            lines.update { $0.append("\(event.level) \(event.message)") }
        }
    }
}
