/// A set of offsets: 64 to a word, so that neighbours cost a bit each and a lone one about 30 bytes.
struct OffsetSet: Sendable {
    private var words: [Int64: UInt64] = [:]
    private(set) var count = 0

    func contains(_ offset: Int64) -> Bool {
        guard let word = words[offset >> 6] else { return false }
        return word & bit(offset) != 0
    }

    /// - Returns: whether it was new.
    @discardableResult
    mutating func insert(_ offset: Int64) -> Bool {
        let bit = bit(offset)
        let isNew = words[offset >> 6, default: 0] & bit == 0
        if isNew {
            words[offset >> 6, default: 0] |= bit
            count += 1
        }
        return isNew
    }

    private func bit(_ offset: Int64) -> UInt64 { 1 << UInt64(offset & 63) }
}
