/// Why the broker cannot start or go on: what, where, and what to do about it.
public struct EmbeddedBrokerError: Error, Hashable, Sendable {
    /// What the broker cannot do, or what stopped it.
    public enum Code: Hashable, Sendable {
        /// A setting has a value that makes no sense.
        case invalidConfiguration
        /// The open listener's host is not a loopback address.
        case notLoopback
        /// The certificate, its key or the users' file of the secured listener cannot be used.
        case securityNotUsable
        /// The host's name or address cannot be used here.
        case addressNotAvailable
        /// Somebody else listens on the port.
        case portInUse
        /// The data directory cannot be made, read or written.
        case dataDirectoryNotUsable
        /// Another process has the data directory.
        case dataDirectoryLocked
        /// A newer version of the broker wrote the data directory.
        case newerVersion
        /// What the data directory holds is damaged.
        case dataDamaged
        /// The disk failed while the broker ran.
        case storageFailed
        /// ``EmbeddedBroker/start()`` was called twice, or after ``EmbeddedBroker/stop()``.
        case alreadyStarted
    }

    /// The kind of the failure.
    public var code: Code
    /// What, where, and what to do about it.
    public var message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension EmbeddedBrokerError: CustomStringConvertible {
    /// What, where, and what to do about it.
    public var description: String { message }
}
