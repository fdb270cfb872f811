/// A structure of the Kafka protocol, laid out by version.
///
/// It has one list of fields, ``walk(_:)``, which the reader and the writer both follow. Fields that a version does not
/// have keep their defaults when read, and are left out when written.
package protocol WireStructure: WireValue, Hashable {
    /// Every field at its default. What is read starts from it.
    static var defaults: Self { get }

    /// Names the fields in the order of the wire, each with the versions that have it.
    mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure)
}

/// The body of a request or a response.
package protocol KafkaMessage: WireStructure {
    static var api: API { get }
}

/// The body of a request, paired with its response.
package protocol KafkaRequest: KafkaMessage {
    associatedtype Response: KafkaMessage
}

// MARK: Reading and writing

extension WireStructure {
    package init(from reader: inout WireReader) throws(WireError) {
        self = .defaults
        try walk(&reader)
        try reader.endStructure()
    }

    /// Consumes the structure, since walking takes its fields as mutable: a reader sets them. A writer changes none.
    package consuming func write(to writer: inout WireWriter) {
        walk(&writer)
        writer.endStructure()
    }
}

// MARK: Making one

extension WireStructure {
    @inlinable
    package init() { self = .defaults }

    /// A structure with some fields set: `HeartbeatResponse { $0.errorCode = .unknownMemberID }`.
    @inlinable
    package init(_ set: (inout Self) throws -> Void) rethrows {
        self = .defaults
        try set(&self)
    }
}
