import Foundation
import NIOCore

/// A document that was read.
public struct GetResult: Sendable, Hashable {
    /// The document's state: a mutation that names it succeeds only while it is the same.
    public let cas: UInt64
    let content: Content

    /// The document's bytes, as they are stored.
    public var bytes: ByteBuffer { content.bytes }

    /// The document, decoded from JSON.
    /// - Throws: ``CouchbaseError/Code/decodingFailure``.
    public func content<Value: Decodable>(as type: Value.Type) throws(CouchbaseError) -> Value {
        try JSONContent.decode(type, from: content.bytes)
    }
}

/// A mutation that took place.
public struct MutationResult: Sendable, Hashable {
    /// The document's new state.
    public let cas: UInt64
    /// The place of the mutation, for queries that have to see it.
    public let token: MutationToken?
}

/// What was read at the paths of a document, in the order of the request.
public struct LookupInResult: Sendable, Hashable {
    /// The document's state.
    public let cas: UInt64
    let paths: [PathResult]
    let names: [String]

    /// How many paths there are.
    public var count: Int { paths.count }

    /// Whether there is something at a path.
    public func exists(_ index: Int) -> Bool { paths[index].status == .success }

    /// The JSON at a path.
    /// - Throws: the error of the path, such as ``CouchbaseError/Code/pathNotFound``.
    public func bytes(_ index: Int) throws(CouchbaseError) -> ByteBuffer {
        let path = paths[index]
        guard path.status == .success else {
            throw CouchbaseError(
                path.status.errorCode, "the path \"\(names[index])\" cannot be read", status: path.status.rawValue)
        }
        return path.value
    }

    /// The value at a path, decoded from JSON.
    public func content<Value: Decodable>(_ index: Int, as type: Value.Type) throws(CouchbaseError) -> Value {
        try JSONContent.decode(type, from: try bytes(index))
    }
}

/// JSON in and out, with this client's errors.
enum JSONContent {
    static func encode(_ value: some Encodable) throws(CouchbaseError) -> ByteBuffer {
        do {
            return ByteBuffer(bytes: try JSONEncoder().encode(value))
        } catch {
            throw CouchbaseError(.encodingFailure, "the value cannot be written as JSON: \(error)")
        }
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from bytes: ByteBuffer) throws(CouchbaseError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes.readableBytesView))
        } catch {
            throw CouchbaseError(.decodingFailure, "the document is no \(type): \(error)")
        }
    }
}
