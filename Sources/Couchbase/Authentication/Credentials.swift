/// Who connects.
public struct Credentials: Hashable, Sendable, CustomStringConvertible {
    /// The name of the user.
    public let username: String
    let password: String

    /// A user with a password.
    public init(username: String, password: String) {
        self.username = username
        self.password = password
    }

    /// The user alone: a password does not get into logs.
    public var description: String { "user \(username)" }
}
