import OrderEvents

/// Where accepted orders go: the log that everything else reads.
public protocol OrderLog: Sendable {
    /// The topic that orders are written to, as answers name it.
    var topic: String { get }

    /// Appends an order and returns once the log has it durably (acks=all).
    ///
    /// - Parameter isTimeAssigned: whether its `created_at` is not the client's: an earlier event of the order may have
    ///   another.
    /// - Throws: ``OrderLogError``. The order may be in the log all the same if the answer was lost; appending it again
    ///   is harmless, because an order that comes twice is one order.
    func append(_ order: Order, isTimeAssigned: Bool) async throws(OrderLogError) -> LogReceipt
}

/// Where in the log an order stands.
public struct LogReceipt: Hashable, Sendable {
    /// The partition that has the order.
    public let partition: Int32
    /// nil where the log acknowledged the order and the answer that names the offset was lost.
    public let offset: Int64?

    /// Where the log has an order.
    public init(partition: Int32, offset: Int64?) {
        self.partition = partition
        self.offset = offset
    }
}

/// The log did not take an order in time, or refused it.
public struct OrderLogError: Error, Sendable, CustomStringConvertible {
    /// For the server's own log; clients are not shown it.
    public let description: String
    /// Whether trying again soon may help.
    public let isRetriable: Bool

    /// A failure with its reason, for people.
    public init(_ description: String, isRetriable: Bool) {
        self.description = description
        self.isRetriable = isRetriable
    }
}
