import NIOCore

@testable import BrokerCore
@testable import KafkaProtocol
@testable import KafkaRecords

extension CoreHarness {
    /// With a compacted topic `t` of one partition, whose segments are small.
    ///
    /// - Parameter deleteRetention: milliseconds.
    static func compacting(deleteRetention: Int = 1000) throws -> CoreHarness {
        var settings = CoreHarness.smallSettings
        settings.maintenanceIntervalMilliseconds = 1000
        let broker = try CoreHarness(settings: settings)
        _ = broker.createTopic(
            "t",
            configs: [
                "cleanup.policy": "compact", "min.cleanable.dirty.ratio": "0.1",
                "delete.retention.ms": "\(deleteRetention)",
            ])
        return broker
    }

    /// Appends one record to `t`.
    ///
    /// - Returns: its offset.
    func put(_ key: String, _ value: String?, compression: Compression = .none) throws -> Int64? {
        var header = RecordBatchHeader()
        header.attributes = RecordAttributes(compression: compression)
        header.baseTimestamp = now.wall
        var builder = RecordBatchBuilder(header: header)
        builder.append(
            offset: 0, timestamp: now.wall, key: ByteBuffer(string: key), value: value.map { ByteBuffer(string: $0) })
        return produce("t", 0, try builder.finish().bytes)?.baseOffset
    }

    /// Lets maintenance run until nothing changes any more.
    func compact() {
        for _ in 0..<6 {
            advance(milliseconds: 1000)
            settle()
        }
    }
}
