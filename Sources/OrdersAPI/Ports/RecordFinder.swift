import OrderEvents

/// Finds where in the log the events of an order stand.
public protocol RecordFinder: Sendable {
    /// The place of each step's record; nil where it was not found in the time that there is. Never fails: an order is
    /// shown without places rather than not at all.
    func places(of id: OrderID, _ steps: [TrailStep]) async -> [RecordPlaceInLog?]
}

/// A step in what happened to an order, as its document tells.
public struct TrailStep: Hashable, Sendable {
    /// `ORDER_CREATED`, `PAYMENT_PAID` and the like.
    public let event: String
    /// When.
    public let at: Timestamp
    /// More in words.
    public var detail: String?
    /// The topic that its record is on.
    public let topic: String

    /// A step from its parts.
    public init(event: String, at: Timestamp, detail: String? = nil, topic: String) {
        self.event = event
        self.at = at
        self.detail = detail
        self.topic = topic
    }
}

/// Where a record stands.
public struct RecordPlaceInLog: Hashable, Sendable {
    /// Its partition.
    public let partition: Int32
    /// Its offset.
    public let offset: Int64
    /// The trace that it belongs to, as its headers say.
    public let traceID: String?

    /// A place from its parts.
    public init(partition: Int32, offset: Int64, traceID: String? = nil) {
        self.partition = partition
        self.offset = offset
        self.traceID = traceID
    }
}

/// For a server that has no log to look into.
public struct NoRecordFinder: RecordFinder {
    /// Finds nothing.
    public init() {}

    /// nil for each.
    public func places(of id: OrderID, _ steps: [TrailStep]) async -> [RecordPlaceInLog?] { steps.map { _ in nil } }
}
