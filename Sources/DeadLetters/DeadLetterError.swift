/// The desk could not do what it was asked for; nothing was done by halves.
public struct DeadLetterError: Error, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
