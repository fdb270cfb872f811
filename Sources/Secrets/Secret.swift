/// A text that must not be shown: not in a log, an error, a dump or a list of settings.
///
/// Only ``reveal()`` gives it away, so that a search for that word finds every place that uses one.
public struct Secret: Sendable, Hashable {
    private let text: String

    /// A secret from its text.
    public init(_ text: String) { self.text = text }

    /// The text itself, for whoever needs it to log in.
    public func reveal() -> String { text }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable, ExpressibleByStringLiteral {
    /// Never the text.
    public var description: String { "***" }
    /// Never the text.
    public var debugDescription: String { description }
    /// Never the text.
    public var customMirror: Mirror { Mirror(self, children: ["secret": description]) }

    /// For tests and defaults.
    public init(stringLiteral text: String) { self.init(text) }
}
