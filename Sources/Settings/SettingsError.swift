/// A setting that cannot be used: one message that names it and says what to do.
public struct SettingsError: Error, Hashable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}
