/// A record's header: a name and a value of any bytes. A name may come more than once.
public struct RecordHeader: Hashable, Sendable {
    /// UTF-8; the same name may come more than once.
    public let name: String
    /// Nil is not the same as empty.
    public let value: [UInt8]?

    /// A header of any bytes; nil is none.
    public init(_ name: String, _ value: [UInt8]?) {
        self.name = name
        self.value = value
    }

    /// A header of text, in UTF-8.
    public init(_ name: String, _ value: String) {
        self.init(name, Array(value.utf8))
    }

    /// The value as text; bytes that are not UTF-8 are replaced.
    public var text: String? { value.map { String(decoding: $0, as: UTF8.self) } }
}
