/// What can be read from the keyed state under a key.
public protocol StoredState: SendableMetatype {
    associatedtype Key: StateKey

    /// - Returns: nil for bytes that say nothing, as if there were none.
    /// - Throws: where they are damaged, or of a later version.
    static func decodeState(_ bytes: UnsafeRawBufferPointer, of key: Key) throws -> Self?
}

/// What can be kept in the keyed state under a key, beside the record that it comes from.
public protocol StateValue: StoredState {
    /// Appends the state's bytes.
    func encodeState(into bytes: inout [UInt8])
}
