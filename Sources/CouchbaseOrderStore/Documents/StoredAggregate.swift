import NIOCore
import OrderEvents
import OrderStore

/// An aggregate as it is stored: the JSON of `order-analytics`, under the same key.
enum StoredAggregate {
    static func key(_ window: AggregateWindow, _ partition: Int32) -> String {
        switch window {
        case .allTime: "totals/\(partition)"
        case .minute(let start): "window/\(start)/\(partition)"
        }
    }

    static func encode(_ aggregate: Aggregate, _ scratch: inout JSONBytes) -> ByteBuffer {
        scratch.removeAll()
        aggregate.encode(into: &scratch)
        return scratch.withUnsafeBytes { ByteBuffer(bytes: $0) }
    }

    static func decode(_ bytes: ByteBuffer, key: String) throws(OrderStoreError) -> Aggregate {
        do {
            return try bytes.withUnsafeReadableBytes { json in try Aggregate(json: json) }
        } catch {
            throw OrderStoreError(.corrupt, "the stored aggregate \(key) cannot be read: \(error)")
        }
    }
}
