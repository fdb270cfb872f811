/// A topic: its name bound to the codec and the key of what it carries.
public struct Topic<Value: EventValue>: Sendable {
    /// As the cluster knows it.
    public let name: String

    /// The topic of this name, with its value's codec.
    public init(name: String) { self.name = name }

    /// Appends the record key that decides the partition.
    @inlinable
    public func appendKey(of value: Value, to bytes: inout JSONBytes) { value.appendKey(to: &bytes) }

    /// The record key as bytes of its own.
    public func key(of value: Value) -> [UInt8] {
        var bytes = JSONBytes(capacity: 64)
        value.appendKey(to: &bytes)
        return bytes.bytes
    }

    /// - Throws: what is wrong with the record's value.
    @inlinable
    public func decode(_ json: UnsafeRawBufferPointer) throws(EventError) -> Value { try Value(json: json) }

    /// Appends the record's value.
    @inlinable
    public func encode(_ value: Value, into bytes: inout JSONBytes) { value.encode(into: &bytes) }
}

/// What to create a topic with.
public struct TopicSpec: Hashable, Sendable {
    /// As the cluster knows it.
    public var name: String
    /// How many to create; a topic that has more keeps them.
    public var partitions: Int32
    /// Kafka's topic settings, by their own names.
    public var config: [String: String]

    /// A topic to create.
    public init(name: String, partitions: Int32, config: [String: String]) {
        self.name = name
        self.partitions = partitions
        self.config = config
    }
}
