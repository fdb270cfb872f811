/// Why the API could not be set up or started. What a client did wrong is never this: clients get a ``Problem``.
public struct OrdersAPIError: Error, Sendable {
    /// What is wrong with the set-up.
    public enum Code: Hashable, Sendable {
        /// Another process listens on the address.
        case addressInUse
        /// The address is not this machine's, or the port needs rights that the process does not have.
        case addressNotAvailable
        /// Others reach the address, and nothing asks them for credentials.
        case addressNotLoopback
        /// A setting has a value that it cannot have.
        case invalidConfiguration
        /// The server stopped on an error of the network.
        case serverFailed
    }

    /// The kind of the failure.
    public let code: Code
    /// What went wrong, where, and what to do, in one sentence or two.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Whether a later start with the same settings may succeed.
    public var isRetriable: Bool { code == .addressInUse || code == .serverFailed }
}

extension OrdersAPIError: CustomStringConvertible {
    /// What is wrong, and what to do about it.
    public var description: String { message }
}
