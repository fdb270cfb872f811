/// One setting of the platform: all that there is to know of it, in one place.
///
/// Parsing, the page `docs/CONFIGURATION.md` and `orders doctor` derive from the table in ``PlatformSetting/all``. A new
/// setting is a line there.
public struct PlatformSetting: Sendable {
    /// What of the value may be shown.
    public enum Secrecy: Sendable {
        /// All of it.
        case open
        /// Nothing. `<NAME>_FILE` names a file that holds it, which is read at the start.
        case secret
        /// Nothing. `<NAME>_FILE` is read again while the process runs.
        case watched
    }

    /// How the value gets to the code that uses it.
    public enum Reading: Sendable {
        /// The code reads the variable; a flag, if there is one, beats it there.
        case variable
        /// The code knows only the flag: the variable and the file are put in its place.
        case flag
    }

    /// In the file: `kafka.bootstrap-servers`.
    public let key: String
    /// In the environment.
    public let variable: String
    /// On the command line; nil: none.
    public let flag: String?
    /// What it is, as a sentence.
    public let meaning: String
    /// Unit, range or list of what it may be.
    public let values: String
    /// As a person would write it; `none` where there is none.
    public let defaultValue: String
    public let secrecy: Secrecy
    public let reading: Reading
    /// The commands that use it.
    public let commands: Set<Command>
    /// What a value may be; nil where the code that uses it knows better.
    public let kind: ValueKind?

    public init(
        _ key: String, _ variable: String, flag: String? = nil, _ meaning: String, values: String,
        default defaultValue: String = "none", _ secrecy: Secrecy = .open, reading: Reading = .variable,
        commands: Set<Command>, kind: ValueKind? = nil
    ) {
        self.key = key
        self.variable = variable
        self.flag = flag
        self.meaning = meaning
        self.values = values
        self.defaultValue = defaultValue
        self.secrecy = secrecy
        self.reading = reading
        self.commands = commands
        self.kind = kind
    }

    /// The variable that names a file with the secret; nil for what is none.
    public var fileVariable: String? { secrecy == .open ? nil : variable + "_FILE" }
}

/// A command of `orders`.
public enum Command: String, Sendable, CaseIterable, Hashable {
    case up, broker, producer, fraud, payments, analytics, sink, alerting, webhooks, api
    case topics, lag, `import`, verify, dlq, store, backup, restore, bench, doctor, health, keys, users

    /// Those that run one service each.
    public static let services: Set<Command> = [
        .producer, .fraud, .payments, .analytics, .sink, .alerting, .webhooks, .api,
    ]
    /// Those that look at Kafka and end.
    public static let tools: Set<Command> = [.topics, .lag, .import, .verify, .dlq, .doctor]
    /// Those that are clients of Kafka.
    public static let clients: Set<Command> = services.union(tools).union([.up])
    public static let everything = Set(allCases)
}

/// What a value may be.
public enum ValueKind: Sendable {
    case text
    case oneOf([String])
    case integer(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    case address
    case url
    /// A file that has to be there.
    case file

    /// Whether this can be a value. Files are not looked at.
    public func accepts(_ text: String) -> Bool {
        switch self {
        case .text, .file: true
        case .oneOf(let words): words.contains(text)
        case .integer(let range): Int(text).map(range.contains) ?? false
        case .number(let range): Double(text).map(range.contains) ?? false
        case .address: Self.isAddress(text)
        case .url: text.hasPrefix("http://") || text.hasPrefix("https://")
        }
    }

    private static func isAddress(_ text: String) -> Bool {
        guard let colon = text.lastIndex(of: ":"), colon != text.startIndex else { return false }
        return Int(text[text.index(after: colon)...]).map((0...65_535).contains) ?? false
    }
}
