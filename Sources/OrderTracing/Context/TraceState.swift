/// The header `tracestate` of W3C trace context: what vendors say of a trace. It is handed on as it came.
///
/// (https://www.w3.org/TR/trace-context/#tracestate-header)
public struct TraceState: Hashable, Sendable {
    /// One vendor's part.
    struct Member: Hashable, Sendable {
        var key: String
        var value: String

        var text: String { "\(key)=\(value)" }
    }

    /// As many as the specification allows.
    static let maximumMembers = 32
    /// The most bytes that are handed on: as many as the specification asks for.
    static let maximumBytes = 512
    /// A member that is longer goes first where it is too much.
    private static let longMember = 128

    private(set) var members: [Member] = []

    /// Nothing is said.
    public init() {}

    /// Reads the headers of a request, in their order; nil: they have to be ignored, all of them.
    public init?(headers: [String]) {
        var keys: Set<String> = []
        for part in headers.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: true) }) {
            let text = part.trimmingTabsAndSpaces
            // Empty members are allowed.
            if text.isEmpty { continue }
            guard members.count < Self.maximumMembers, let member = Member(text), keys.insert(member.key).inserted
            else { return nil }
            members.append(member)
        }
        shorten()
    }

    /// Keeps within the bound as the specification says: long members go, then the last ones.
    private mutating func shorten() {
        if count > Self.maximumBytes { members.removeAll { $0.text.utf8.count > Self.longMember } }
        while count > Self.maximumBytes { members.removeLast() }
    }

    private var count: Int { members.reduce(max(members.count - 1, 0)) { $0 + $1.text.utf8.count } }

    public var isEmpty: Bool { members.isEmpty }
}

extension TraceState: CustomStringConvertible {
    /// The value of one header.
    public var description: String { members.map(\.text).joined(separator: ",") }
}

extension TraceState.Member {
    /// `key=value`; nil: that is not what it is.
    init?(_ text: Substring) {
        guard let equals = text.firstIndex(of: "=") else { return nil }
        let (key, value) = (text[..<equals], text[text.index(after: equals)...])
        guard Self.isKey(key), Self.isValue(value) else { return nil }
        self.init(key: String(key), value: String(value))
    }

    /// `vendor`, or `tenant@vendor`.
    private static func isKey(_ key: Substring) -> Bool {
        let parts = key.split(separator: "@", omittingEmptySubsequences: false)
        switch parts.count {
        case 1: return isName(parts[0], atMost: 256, mayBeginWithDigit: false)
        case 2:
            return isName(parts[0], atMost: 241, mayBeginWithDigit: true)
                && isName(parts[1], atMost: 14, mayBeginWithDigit: false)
        default: return false
        }
    }

    private static func isName(_ name: Substring, atMost limit: Int, mayBeginWithDigit: Bool) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= limit else { return false }
        guard isLetter(first) || mayBeginWithDigit && isDigit(first) else { return false }
        return name.utf8.allSatisfy { isLetter($0) || isDigit($0) || "_-*/".utf8.contains($0) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// 1 to 256 visible characters or spaces, neither `,` nor `=`, and no space at the end.
    private static func isValue(_ value: Substring) -> Bool {
        guard let last = value.utf8.last, last != UInt8(ascii: " "), value.utf8.count <= 256 else { return false }
        return value.utf8.allSatisfy {
            (0x20...0x7E).contains($0) && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "=")
        }
    }
}
