/// What a store could not do.
public struct OrderStoreError: Error, Sendable {
    /// The kind of a failure.
    public enum Code: Hashable, Sendable {
        /// The file or its directory cannot be opened or written.
        case cannotOpen
        /// The file is no database, or not this platform's.
        case notAStore
        /// A later version of the platform has written it.
        case newerVersion
        /// Another process holds it for longer than the store waits.
        case busy
        /// The database does not answer, or not all of it.
        case unavailable
        /// The disk is full or fails.
        case storage
        /// What is stored is not what was written: a damaged file.
        case corrupt
        /// A parameter is out of its documented range.
        case invalidArgument
        /// The store has been closed.
        case closed
        /// Anything else.
        case other
    }

    /// The kind of the failure.
    public let code: Code
    /// What went wrong, where, and what to do.
    public let message: String

    /// A failure with its reason, for people.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Whether the same call may succeed later by itself.
    public var isRetriable: Bool { code == .busy || code == .storage || code == .unavailable }
}

extension OrderStoreError: CustomStringConvertible {
    /// The reason, for people.
    public var description: String { message }
}
