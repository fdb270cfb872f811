/// A structure of the Kafka protocol that is laid out by version.
///
/// Fields that a version does not have keep their defaults when read and are left out when written.
protocol WireStructure: Hashable, Sendable {
    init(from reader: inout WireReader, version: Int16) throws(WireError)
    func write(to writer: inout WireWriter, version: Int16)
}

/// The body of a request or a response.
protocol WireMessage: WireStructure {
    static var apiKey: APIKey { get }
}

/// The body of a request, paired with its response.
protocol WireRequest: WireMessage {
    associatedtype Response: WireMessage
}
