/// How a producer writes. Names and defaults are the Java client's.
public struct ProducerSettings: Hashable, Sendable {
    /// `compression.type`.
    public enum CompressionType: String, Hashable, Sendable, CaseIterable {
        /// As they are.
        case none
        /// Small and slow.
        case gzip
        /// Fast.
        case snappy
        /// Fast, and smaller than snappy.
        case lz4
        /// Small, and faster than gzip.
        case zstd
    }

    /// `client.id`, by which brokers log and count.
    public var clientID = "producer"
    /// `acks`: true for `all` in-sync replicas, false for the leader alone (`1`), which cannot be idempotent.
    public var waitsForAllReplicas = true
    /// `enable.idempotence`: no record is doubled or out of order by retries. Without it one batch of a partition is on
    /// its way at a time, which keeps the order, and a retry may double it.
    public var isIdempotent = true
    /// `transactional.id`; nil for a producer without transactions.
    public var transactionalID: String?
    /// `transaction.timeout.ms`: after it the coordinator aborts a transaction.
    public var transactionTimeoutMilliseconds: Int32 = 60_000
    /// `linger.ms`: how long a batch waits for more records.
    public var lingerMilliseconds: Int64 = 5
    /// `batch.size` in bytes. A larger record gets a batch of its own.
    public var batchBytes = 16_384
    /// `max.request.size` in bytes: of a record, and of the batches of one request.
    public var requestBytesLimit = 1_048_576
    /// `buffer.memory` in bytes: of records that are not acknowledged.
    public var bufferBytes = 33_554_432
    /// `compression.type`.
    public var compression = CompressionType.none
    /// `max.in.flight.requests.per.connection`, 1 to 5: brokers remember five batches of a producer.
    public var requestsInFlightLimit = 5
    /// `delivery.timeout.ms`: how long a record may take with all attempts.
    public var deliveryTimeoutMilliseconds: Int64 = 120_000
    /// `max.block.ms`: how long a call waits for room or for metadata.
    public var blockMilliseconds: Int64 = 60_000

    /// The default values.
    public init() {}
}

extension ProducerSettings {
    /// - Throws: ``ClientError/Code/invalidSetting``, naming what does not fit.
    func check() throws(ClientError) {
        func fail(_ message: String) -> ClientError { ClientError(.invalidSetting, message) }
        guard (1...5).contains(requestsInFlightLimit) else {
            throw fail("max.in.flight.requests.per.connection must be 1 to 5, not \(requestsInFlightLimit)")
        }
        guard waitsForAllReplicas || !isIdempotent else { throw fail("enable.idempotence=true needs acks=all") }
        guard isIdempotent || transactionalID == nil else {
            throw fail("transactional.id needs enable.idempotence=true")
        }
        guard transactionalID?.isEmpty != true else { throw fail("transactional.id is empty") }
        guard lingerMilliseconds >= 0 else { throw fail("linger.ms is negative") }
        guard batchBytes >= 1, requestBytesLimit >= 1, bufferBytes >= 1 else {
            throw fail("batch.size, max.request.size and buffer.memory must be at least 1")
        }
        guard deliveryTimeoutMilliseconds > lingerMilliseconds else {
            throw fail("delivery.timeout.ms must be more than linger.ms")
        }
    }
}
