import NIOCore

/// One path to change in a document. Values are JSON.
public struct MutateInSpec: Sendable, Hashable {
    let mutation: PathMutation

    /// Sets a member of an object, whether it is there or not.
    public static func upsert(
        _ path: String, _ value: some Encodable, createsParents: Bool = false
    ) throws(CouchbaseError) -> MutateInSpec { try make(.upsert, path, value, createsParents) }

    /// Adds a member to an object, which must not have it.
    public static func insert(
        _ path: String, _ value: some Encodable, createsParents: Bool = false
    ) throws(CouchbaseError) -> MutateInSpec { try make(.insert, path, value, createsParents) }

    /// Replaces what is at a path.
    public static func replace(_ path: String, _ value: some Encodable) throws(CouchbaseError) -> MutateInSpec {
        try make(.replace, path, value, false)
    }

    /// Removes what is at a path.
    public static func remove(_ path: String) -> MutateInSpec {
        MutateInSpec(mutation: PathMutation(kind: .remove, path: path))
    }

    /// Adds an element at the end of an array.
    public static func arrayAppend(
        _ path: String, _ value: some Encodable, createsParents: Bool = false
    ) throws(CouchbaseError) -> MutateInSpec { try make(.arrayAppend, path, value, createsParents) }

    /// Adds to a number, which begins with 0 where it is missing.
    public static func increment(_ path: String, by delta: Int64, createsParents: Bool = false) -> MutateInSpec {
        MutateInSpec(
            mutation: PathMutation(
                kind: .counter, path: path, value: ByteBuffer(string: String(delta)), createsParents: createsParents))
    }

    /// Replaces the whole document.
    public static func document(_ value: some Encodable) throws(CouchbaseError) -> MutateInSpec {
        try make(.document, "", value, false)
    }

    private static func make(
        _ kind: PathMutation.Kind, _ path: String, _ value: some Encodable, _ createsParents: Bool
    ) throws(CouchbaseError) -> MutateInSpec {
        MutateInSpec(
            mutation: PathMutation(
                kind: kind, path: path, value: try JSONContent.encode(value), createsParents: createsParents))
    }
}
