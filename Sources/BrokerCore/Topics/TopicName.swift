/// What Kafka allows as the name of a topic.
enum TopicName {
    static let maximumLength = 249

    /// Why the name is not allowed, nil if it is.
    static func problem(with name: String) -> String? {
        if name.isEmpty { return "a topic name cannot be empty" }
        if name == "." || name == ".." { return "a topic cannot be named \"\(name)\"" }
        if name.utf8.count > maximumLength { return "a topic name has at most \(maximumLength) characters" }
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                continue
            default:
                return "a topic name has only A to Z, a to z, digits, '.', '_' and '-'"
            }
        }
        if InternalLog.allCases.contains(where: { $0.name == name }) { return "\"\(name)\" is the broker's own" }
        return nil
    }

    /// Whether two topics would have one name in metrics, where dots become underscores. Kafka does not let the second
    /// be made.
    static func collide(_ one: String, _ other: String) -> Bool {
        func inMetrics(_ byte: UInt8) -> UInt8 { byte == UInt8(ascii: ".") ? UInt8(ascii: "_") : byte }
        return one.utf8.count == other.utf8.count
            && zip(one.utf8, other.utf8).allSatisfy { inMetrics($0) == inMetrics($1) }
    }

    /// Where a topic's logs are.
    static func directory(_ topic: String) -> String { "topics/\(topic)" }

    /// Where one partition's files are. The log's number keeps a topic that was deleted and made again apart from its
    /// predecessor.
    static func directory(_ topic: String, partition: Int32, log: LogID) -> String {
        "\(directory(topic))/\(partition)-\(log)"
    }
}
