import Foundation
import Kafka
import Logging
import OrderEvents

/// The platform's layout, as the topic `platform-layout` keeps it: one record, the newest counts.
///
/// Whoever writes it takes the one transactional id first, which fences off any other writer, and reads it then: so
/// nothing is written on old knowledge. All calls block.
public struct LayoutLog: Sendable {
    /// Of the one producer that may write the layout, and copy what a move copies.
    public static let transactionalID = "orders-platform-layout"
    static let place = TopicPartition(topic: Topics.platformLayout, partition: 0)
    static let key = "layout"

    private let settings: KafkaSettings
    private let logger: Logger

    public init(_ settings: KafkaSettings, logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    /// The layout; nil where none was ever written.
    ///
    /// - Throws: `KafkaError`; ``LayoutError`` where what is there cannot be read.
    public func read(timeout: Duration = .seconds(15)) throws -> HomeLayout? {
        let reader = try RangeReader(settings: settings, clientID: "layout", patience: timeout, logger: logger)
        defer { reader.close() }
        guard let marks = try LayoutLog.watermarks(reader, timeout) else { return nil }
        var newest: [UInt8]?
        do {
            try reader.records(of: LayoutLog.place, marks.low..<marks.high) { record in
                guard let key = record.key, key.elementsEqual(LayoutLog.key.utf8) else { return }
                newest = record.value.map { Array($0) }
            }
        } catch let error as RangeReadError {
            throw KafkaError(
                code: .timedOut, message: "the platform's layout was not read: \(error)", context: "\(LayoutLog.place)")
        }
        return try newest.map(LayoutLog.decode)
    }

    /// Nil: there is no topic.
    private static func watermarks(_ reader: RangeReader, _ timeout: Duration) throws(KafkaError) -> Watermarks? {
        do throws(KafkaError) {
            return try reader.watermarks(of: place, timeout: timeout)
        } catch {
            let absent: [KafkaError.Code] = [.unknownTopicOrPartition, .unknownTopic, .unknownPartition]
            if absent.contains(error.code) { return nil }
            throw error
        }
    }

    /// Writes the first layout, or gives the one that somebody wrote before.
    public func establish(_ layout: HomeLayout) throws -> HomeLayout {
        let deadline = Deadline(in: .seconds(60))
        while true {
            if let found = try read() { return found }
            do {
                return try writeFirst(layout)
            } catch {
                // Other services begin at the same time and fence each other: one of them must get the time to finish.
                guard Fault(error) == .run(code: "fenced"), !deadline.isOver else { throw error }
                usleep(UInt32.random(in: 50_000...1_000_000))
            }
        }
    }

    private func writeFirst(_ layout: HomeLayout) throws -> HomeLayout {
        let writer = try LayoutWriter(settings, logger: logger)
        defer { writer.close() }
        if let found = try read() { return found }
        try writer.write(layout)
        return layout
    }

    private static func decode(_ json: [UInt8]) throws -> HomeLayout {
        do {
            return try JSONDecoder().decode(HomeLayout.self, from: Data(json))
        } catch {
            throw LayoutError("the record on \(Topics.platformLayout) is no layout of this version: \(error)")
        }
    }
}

/// The one that may write the layout. Blocks.
public final class LayoutWriter {
    public let producer: KafkaProducer

    /// Fences off any other writer and waits until what that one had begun is settled.
    public init(_ settings: KafkaSettings, logger: Logger) throws {
        producer = try KafkaProducer(
            settings: settings, transactionalID: LayoutLog.transactionalID, clientID: "orders-layout",
            // Dead letters apart, what is copied is no larger than what producers may send.
            options: ["transaction.timeout.ms": "60000", "message.max.bytes": "2000000"], logger: logger)
        do {
            try producer.initTransactions(timeout: .seconds(60))
        } catch {
            producer.close()
            throw error
        }
    }

    public func close() { producer.close() }

    /// Writes the layout, with whatever else `body` produces, in one transaction.
    public func write(_ layout: HomeLayout, with body: (KafkaProducer) throws -> Void = { _ in }) throws {
        try producer.beginTransaction()
        do {
            try body(producer)
            let (key, value) = (Array(LayoutLog.key.utf8), try LayoutWriter.encode(layout))
            let topic = try producer.topic(Topics.platformLayout)
            try key.withUnsafeBytes { key in
                try value.withUnsafeBytes {
                    try producer.produce(to: topic, partition: 0, key: key, value: $0, whenFull: .wait)
                }
            }
            try producer.commitUntilKnown()
        } catch {
            // What went wrong is thrown below; the transaction ends by its timeout, or before the next writer begins.
            try? producer.abortTransaction(timeout: .seconds(10))
            throw error
        }
    }

    private static func encode(_ layout: HomeLayout) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return Array(try encoder.encode(layout))
    }
}

/// The platform's layout is unusable, or stands in the way. The text says what to do.
public struct LayoutError: Error, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }

    /// What everything says that is started during a move.
    public static func moving(_ move: HomeLayout.Move) -> LayoutError {
        LayoutError(
            "the homes of orders are being moved to \(move.epoch.homes) partitions, and no service runs until that is done: finish it with `orders topics repartition --to \(move.epoch.homes)`"
        )
    }
}

extension LayoutError: ClassifiedError {
    public var fault: Fault { .run(code: "repartitioning") }
}
