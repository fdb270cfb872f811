import OrderEvents

/// What order-analytics committed, from now on, in the order of each partition.
///
/// Iterating begins at the end of every partition. The sequence says where that is with its first element, and again
/// whenever it has to start over somewhere else, so that whoever follows knows what may have been missed. It ends only
/// when the iterating task is cancelled or with an error. Iterating again starts over.
public protocol AnalyticsTail: AsyncSequence, Sendable where Element == TailUpdate, Failure == any Error {
    /// Nobody follows it for now: what failed last is no problem any more.
    func rest()
}

extension AnalyticsTail {
    /// Nothing, for a tail that shows no problems.
    public func rest() {}
}

/// What the tail says.
public enum TailUpdate: Sendable {
    /// The next offset to come, by partition. Partitions that are not named go on as before.
    case positioned([Int32: Int64])
    case records([TailRecord])
}

/// One committed record of order-analytics.
public struct TailRecord: Sendable {
    /// The partition of order-analytics.
    public let partition: Int32
    /// Where in the partition.
    public let offset: Int64
    /// nil for a record that is no event: a deletion, or bytes that could not be read.
    public let event: AnalyticsEvent?

    /// One record of the tail.
    public init(partition: Int32, offset: Int64, event: AnalyticsEvent?) {
        self.partition = partition
        self.offset = offset
        self.event = event
    }
}
