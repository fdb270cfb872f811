/// What is most likely wrong with a secret that was refused, or will be: it was copied with something around it.
public enum SecretFlaw: String, Sendable, Hashable, CaseIterable {
    case quoted = "it begins and ends with quotation marks, which a shell or an env file left there"
    case spaced = "it begins or ends with white space"
    case brokenLine = "it contains a line break"
    case control = "it contains a control character"
    case url = "it is a URL"
    case placeholder = "it is a placeholder such as <secret> or ${SECRET}, which nobody replaced"

    /// The first flaw of a text. Says nothing of the text itself.
    public init?(_ secret: Secret) {
        let text = secret.reveal()
        switch text {
        case _ where text.first?.isWhitespace ?? false || text.last?.isWhitespace ?? false:
            self = text.contains(where: \.isNewline) ? .brokenLine : .spaced
        case _ where text.contains(where: \.isNewline): self = .brokenLine
        case _ where text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }: self = .control
        case _ where text.count >= 2 && ["\"", "'", "`"].contains(text.first) && text.first == text.last: self = .quoted
        case _ where text.hasPrefix("http://") || text.hasPrefix("https://"): self = .url
        case _ where text.hasPrefix("${") && text.hasSuffix("}") || text.hasPrefix("<") && text.hasSuffix(">"):
            self = .placeholder
        default: return nil
        }
    }

    /// Whether no user name or password can be meant.
    public var isCertain: Bool { self == .brokenLine || self == .control }
}
