/// Keeps secrets out of what is shown: of a URL only scheme, host and port may be seen.
enum Redaction {
    /// The text with each URL cut to scheme, host and port, and at most `limit` characters of it.
    static func shown(_ text: String, limit: Int = 500) -> String {
        var result = ""
        var rest = text.prefix(limit * 4)
        while let found = rest.firstRange(of: "://") {
            result += rest[..<found.upperBound]
            rest = rest[found.upperBound...]
            let end = rest.firstIndex { $0.isWhitespace || "\"'<>),;".contains($0) } ?? rest.endIndex
            let authority = rest[..<end].prefix { !"/?#".contains($0) }
            result += authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
            rest = rest[end...]
        }
        result += rest
        return result.count > limit ? result.prefix(limit) + "…" : result
    }
}
