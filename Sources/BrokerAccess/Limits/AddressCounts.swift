/// How many connections each address has, so that one cannot take them all.
public struct AddressCounts: Sendable {
    private let maximum: Int
    private var counts: [String: Int] = [:]

    /// - Parameter maximum: of one address.
    public init(maximum: Int) { self.maximum = maximum }

    /// Counts one more; false if there are too many already.
    public mutating func enter(_ address: String) -> Bool {
        guard counts[address, default: 0] < maximum else { return false }
        counts[address, default: 0] += 1
        return true
    }

    /// One less.
    public mutating func leave(_ address: String) {
        guard let count = counts[address] else { return }
        counts[address] = count > 1 ? count - 1 : nil
    }
}
