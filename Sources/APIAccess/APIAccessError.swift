/// What is wrong with a file of keys, a key set or another part of the set-up: where, and what to do. Never a secret.
public struct APIAccessError: Error, Sendable, CustomStringConvertible {
    /// For people.
    public let description: String

    /// An error with that text.
    public init(_ description: String) { self.description = description }
}
