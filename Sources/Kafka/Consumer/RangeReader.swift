import Logging

/// Reads partitions from one offset to another, and past the markers that follow the last record, which are not
/// delivered. Committed records only, a batch at a time: nothing is held.
///
/// Each partition once: where a reader has been, it would take its old position for the new one. All calls block and
/// come from one thread.
package final class RangeReader {
    private let consumer: KafkaConsumer
    private let patience: Duration
    private var done: Set<TopicPartition> = []

    /// - Parameter patience: for how long nothing may come.
    package init(
        settings: KafkaSettings, clientID: String, options: [String: String] = [:], patience: Duration = .seconds(60),
        logger: Logger
    ) throws(KafkaError) {
        self.patience = patience
        consumer = try KafkaConsumer(settings: settings, clientID: clientID, options: options, logger: logger)
    }

    package func close() { consumer.close() }

    /// A partition's oldest offset and the end of what is committed.
    package func watermarks(of place: TopicPartition, timeout: Duration) throws(KafkaError) -> Watermarks {
        try consumer.watermarks(place, timeout: timeout)
    }

    /// For each partition, the first offset with a timestamp of at least the one given; see ``KafkaConsumer``.
    package func offsets(
        forTimes times: [TopicPartition: Int64], timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        try consumer.offsets(forTimes: times, timeout: timeout)
    }

    /// Hands over one poll after the other, with the next offset of each partition that went on, until all ranges are
    /// read or `take` says false. Records behind a range may come with it.
    ///
    /// - Throws: ``RangeReadError`` if nothing arrives for too long; ``KafkaError``; what `take` throws.
    package func batches(
        _ ranges: [TopicPartition: Range<Int64>],
        _ take: (RecordBatch, _ reached: [TopicPartition: Int64]) throws -> Bool
    ) throws {
        var open = ranges.filter { !$0.value.isEmpty }
        if open.isEmpty { return }
        precondition(done.isDisjoint(with: open.keys), "a reader reads each partition once")
        done.formUnion(open.keys)
        let places = open.keys.sorted()
        try consumer.assign(places.map { ($0, .offset(open[$0]!.lowerBound)) })
        var positions = open.mapValues(\.lowerBound)
        var lastProgress = ContinuousClock.now
        while !open.isEmpty {
            let batch = try consumer.poll(max: 5_000, timeout: .milliseconds(100))
            var reached: [TopicPartition: Int64] = [:]
            for (place, position) in try consumer.position(places) where position > positions[place]! {
                (positions[place], reached[place]) = (position, position)
                if let range = open[place], position >= range.upperBound { open[place] = nil }
            }
            if !batch.isEmpty || !reached.isEmpty {
                if try !take(batch, reached) { return }
                lastProgress = .now
            } else if ContinuousClock.now - lastProgress > patience {
                throw RangeReadError(open: open.map { ($0.key, positions[$0.key]!..<$0.value.upperBound) }, patience)
            }
        }
    }

    /// Hands every record in the ranges to `body`, each partition's in order, until there is none left or `body` says
    /// false. Throws as ``batches(_:_:)``.
    package func records(
        _ ranges: [TopicPartition: Range<Int64>], _ body: (_ topic: String, Record) throws -> Bool
    ) throws {
        let wanted = Dictionary(
            uniqueKeysWithValues: ranges.map {
                (RecordPlace(topic: consumer.topicID($0.key.topic), partition: $0.key.partition), $0)
            })
        try batches(ranges) { batch, _ in
            for record in batch {
                guard let (place, range) = wanted[RecordPlace(topic: record.topic, partition: record.partition)],
                    range.contains(record.offset)
                else { continue }
                if try !body(place.topic, record) { return false }
            }
            return true
        }
    }

    /// Hands every record of one partition's range to `body`, in order. Throws as ``batches(_:_:)``.
    package func records(of place: TopicPartition, _ range: Range<Int64>, _ body: (Record) throws -> Void) throws {
        let topic = consumer.topicID(place.topic)
        try batches([place: range]) { batch, _ in
            for record in batch
            where record.topic == topic && record.partition == place.partition && range.contains(record.offset) {
                try body(record)
            }
            return true
        }
    }
}

/// A range was not read to its end.
package struct RangeReadError: Error, CustomStringConvertible {
    package let description: String

    package init(open: [(place: TopicPartition, rest: Range<Int64>)], _ patience: Duration) {
        let rest = open.sorted { $0.place < $1.place }.map {
            "\($0.place) from \($0.rest.lowerBound) to \($0.rest.upperBound)"
        }
        description = "nothing arrived for \(patience) while reading \(rest.joined(separator: ", "))"
    }
}
