/// How far order-analytics was seen: the last offset of each partition. The `id` of a server-sent event.
///
/// As text: `0-123.1-130`, that is partition and offset, sorted by partition. A partition that is there and from which
/// nothing was seen has offset -1, written without a number: `2-`.
struct LogPosition: Hashable, Sendable {
    /// Last seen offset by partition.
    private(set) var offsets: [Int32: Int64] = [:]

    /// More partitions than any topic here has; a longer text is refused unread.
    static let maximumPartitions = 1024

    init(_ offsets: [Int32: Int64] = [:]) {
        self.offsets = offsets
    }

    /// nil for what is no position.
    init?(parsing text: String) {
        guard !text.isEmpty, text.utf8.count <= Self.maximumPartitions * 32 else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= Self.maximumPartitions else { return nil }
        for part in parts {
            guard let dash = part.firstIndex(of: "-"), let partition = Self.number(part[..<dash]),
                partition <= Int64(Int32.max), offsets[Int32(partition)] == nil
            else { return nil }
            let rest = part[part.index(after: dash)...]
            guard let offset = rest.isEmpty ? -1 : Self.number(rest) else { return nil }
            offsets[Int32(partition)] = offset
        }
    }

    var isEmpty: Bool { offsets.isEmpty }

    subscript(partition: Int32) -> Int64? {
        get { offsets[partition] }
        set { offsets[partition] = newValue }
    }

    private static func number(_ text: Substring) -> Int64? {
        guard (1...19).contains(text.utf8.count), text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return Int64(text)
    }
}

extension LogPosition: CustomStringConvertible {
    var description: String {
        offsets.sorted { $0.key < $1.key }
            .map { "\($0.key)-\($0.value < 0 ? "" : String($0.value))" }
            .joined(separator: ".")
    }
}
