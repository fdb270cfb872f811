/// How long the answer to a failed login waits: twice as long each time, by address. Pure: the time goes in.
public struct FailedLogins: Sendable {
    /// The first delay, in milliseconds.
    public static let firstDelay: Int64 = 100
    /// The longest delay: short enough that a person with a wrong password still gets an answer.
    public static let longestDelay: Int64 = 3_200
    /// An address that fails no more for so long is forgotten.
    public static let memory: Int64 = 300_000
    /// The most addresses that are remembered.
    public static let maximumAddresses = 4_096

    private struct Entry {
        var count: Int
        var last: Int64
    }
    private var entries: [String: Entry] = [:]

    /// Nobody failed yet.
    public init() {}

    /// How many addresses are remembered.
    public var count: Int { entries.count }

    /// A login failed: for how many milliseconds its answer is to wait.
    public mutating func failed(_ address: String, now: Int64) -> Int64 {
        var entry = entries[address] ?? Entry(count: 0, last: now)
        if now - entry.last > Self.memory { entry.count = 0 }
        entry.count += 1
        entry.last = now
        if entries[address] == nil, entries.count >= Self.maximumAddresses { makeRoom(now) }
        entries[address] = entry
        return min(Self.longestDelay, Self.firstDelay << Int64(min(entry.count - 1, 20)))
    }

    /// Those that are over go; if there are none, the one that has been silent for longest.
    private mutating func makeRoom(_ now: Int64) {
        entries = entries.filter { now - $0.value.last <= Self.memory }
        guard entries.count >= Self.maximumAddresses,
            let oldest = entries.min(by: { $0.value.last < $1.value.last })
        else { return }
        entries[oldest.key] = nil
    }
}
