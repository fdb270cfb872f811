/// Follows the fields of a structure in the order of the wire: ``WireReader`` sets them, ``WireWriter`` writes them.
package protocol FieldWalker {
    /// `Never` for a writer.
    associatedtype Failure: Error

    /// The version of the message that is walked.
    var version: Int16 { get }

    mutating func field<Value: WireValue>(_ value: inout Value) throws(Failure)

    /// A tagged field (KIP-482), of flexible versions only. It is written if it differs from its default.
    ///
    /// Tagged fields come last in a structure, by ascending tag.
    mutating func tagged<Structure: WireStructure, Value: WireValue & Equatable>(
        _ tag: UInt32, _ field: WritableKeyPath<Structure, Value>, of structure: inout Structure
    ) throws(Failure)
}

extension FieldWalker {
    /// A field that not all versions have. Both bounds belong to the range.
    @inline(__always)
    package mutating func field<Value: WireValue>(
        _ value: inout Value, since first: Int16 = 0, until last: Int16 = .max
    ) throws(Failure) {
        guard version >= first, version <= last else { return }
        try field(&value)
    }

    /// Fields that follow each other, of the same versions.
    @inline(__always)
    package mutating func fields<A: WireValue, B: WireValue>(
        _ a: inout A, _ b: inout B, since first: Int16 = 0, until last: Int16 = .max
    ) throws(Failure) {
        try field(&a, since: first, until: last)
        try field(&b, since: first, until: last)
    }

    @inline(__always)
    package mutating func fields<A: WireValue, B: WireValue, C: WireValue>(
        _ a: inout A, _ b: inout B, _ c: inout C, since first: Int16 = 0, until last: Int16 = .max
    ) throws(Failure) {
        try fields(&a, &b, since: first, until: last)
        try field(&c, since: first, until: last)
    }

    @inline(__always)
    package mutating func fields<A: WireValue, B: WireValue, C: WireValue, D: WireValue>(
        _ a: inout A, _ b: inout B, _ c: inout C, _ d: inout D, since first: Int16 = 0, until last: Int16 = .max
    ) throws(Failure) {
        try fields(&a, &b, since: first, until: last)
        try fields(&c, &d, since: first, until: last)
    }

    /// A field that can be null from one version on. Before, its empty value takes the place of null.
    @inline(__always)
    package mutating func field<Value: NullableWireValue>(
        _ value: inout Value?, since first: Int16 = 0, until last: Int16 = .max, nullableSince: Int16
    ) throws(Failure) {
        guard version >= first, version <= last else { return }
        guard version < nullableSince else { return try field(&value) }
        var present = value ?? Value()
        try field(&present)
        value = present
    }
}

extension WireReader: FieldWalker {
    @inline(__always)
    package mutating func field<Value: WireValue>(_ value: inout Value) throws(WireError) {
        value = try Value(from: &self)
    }

    package mutating func tagged<Structure: WireStructure, Value: WireValue & Equatable>(
        _ tag: UInt32, _ field: WritableKeyPath<Structure, Value>, of structure: inout Structure
    ) throws(WireError) {
        guard let bytes = try taggedField(tag) else { return }
        structure[keyPath: field] = try nested(bytes) { reader throws(WireError) in try Value(from: &reader) }
    }
}

extension WireWriter: FieldWalker {
    package typealias Failure = Never

    @inline(__always)
    package mutating func field<Value: WireValue>(_ value: inout Value) { value.write(to: &self) }

    package mutating func tagged<Structure: WireStructure, Value: WireValue & Equatable>(
        _ tag: UInt32, _ field: WritableKeyPath<Structure, Value>, of structure: inout Structure
    ) {
        let value = structure[keyPath: field]
        guard flexible, value != Structure.defaults[keyPath: field] else { return }
        var writer = WireWriter(version: version, flexible: true)
        value.write(to: &writer)
        addTaggedField(tag, WireFrame.joined(writer.finish()))
    }
}
