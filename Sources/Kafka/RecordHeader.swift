/// A record's header: a name and a value of any bytes. A name may come more than once.
public struct RecordHeader: Hashable, Sendable {
    public let name: String
    /// Nil is not the same as empty.
    public let value: [UInt8]?

    public init(_ name: String, _ value: [UInt8]?) {
        self.name = name
        self.value = value
    }

    public init(_ name: String, _ value: String) {
        self.init(name, Array(value.utf8))
    }

    /// The value as text; bytes that are not UTF-8 are replaced.
    public var text: String? { value.map { String(decoding: $0, as: UTF8.self) } }
}
