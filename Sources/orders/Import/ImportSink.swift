import Foundation
import Kafka
import Logging
import OrderEvents
import OrderFiles
import StreamProcessing

/// Where the orders of a file go.
protocol ImportSink {
    mutating func take(_ order: Order, line: Int) throws
    mutating func reject(_ record: RejectedRecord) throws
    /// Returns once all that was taken is safe.
    mutating func flush() throws
    mutating func close()
}

/// Puts orders on the topic, and shows the records that are none.
struct TopicSink: ImportSink {
    private let name: String
    private let producer: KafkaProducer
    private let topic: TopicHandle
    private let layout: HomeLayout?
    private var json = JSONBytes()
    private var shown = 0
    private static let maximumShown = 100

    init(name: String, settings: KafkaSettings) throws {
        self.name = name
        producer = try KafkaProducer(settings: settings, clientID: "import", logger: Logger(label: "import"))
        topic = try producer.topic(Topics.orders.name)
        layout = try LayoutLog(settings, logger: Logger(label: "import")).read()
    }

    mutating func take(_ order: Order, line: Int) throws {
        json.removeAll()
        order.encode(into: &json)
        try Topics.orders.key(of: order).withUnsafeBytes { key in
            let partition = layout?.home(ofKey: key) ?? KafkaProducer.byKey
            try json.withUnsafeBytes {
                try producer.produce(to: topic, partition: partition, key: key, value: $0, whenFull: .wait)
            }
        }
    }

    mutating func reject(_ record: RejectedRecord) {
        shown += 1
        if shown <= Self.maximumShown { Standard.error("\(name):\(record.line): \(record.reason)\n") }
        if shown == Self.maximumShown {
            Standard.error("\(name): further records that are no orders are only counted\n")
        }
    }

    mutating func flush() throws { try producer.flush(timeout: .seconds(120)) }

    mutating func close() { producer.close() }
}

/// Shows what an import would do.
struct DryRunSink: ImportSink {
    let name: String
    let isJSON: Bool
    private var output = JSONBytes()

    init(name: String, isJSON: Bool) {
        self.name = name
        self.isJSON = isJSON
    }

    mutating func take(_ order: Order, line: Int) {
        guard isJSON else { return }
        output.append("{\"line\":")
        output.append(integer: Int64(line))
        output.append(",\"order\":")
        order.encode(into: &output)
        output.append("}\n")
        if output.count > 65_536 { flush() }
    }

    mutating func reject(_ record: RejectedRecord) {
        guard isJSON else { return Standard.error("\(name):\(record.line): \(record.reason)\n") }
        output.append("{\"line\":")
        output.append(integer: Int64(record.line))
        output.append(",\"error\":")
        output.append(string: record.reason)
        output.append("}\n")
        if output.count > 65_536 { flush() }
    }

    mutating func flush() {
        if !output.isEmpty { FileHandle.standardOutput.write(output.withUnsafeBytes { Data($0) }) }
        output.removeAll()
    }

    mutating func close() {}
}
