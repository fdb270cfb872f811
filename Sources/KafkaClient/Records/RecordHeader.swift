/// A header of a record.
public struct RecordHeader: Hashable, Sendable {
    /// The name; several headers of a record may have the same.
    public var name: String
    /// The value; nil for null.
    public var value: [UInt8]?

    /// A header from its name and value.
    public init(name: String, value: [UInt8]?) {
        self.name = name
        self.value = value
    }
}
