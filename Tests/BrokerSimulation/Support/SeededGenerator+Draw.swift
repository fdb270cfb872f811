import TestSupport

/// What a simulation draws.
extension SeededGenerator {
    /// A number in 0..<bound, which must be positive; the bias of the multiplication is far below what matters here.
    mutating func below(_ bound: Int) -> Int {
        Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
    }
    mutating func chance(_ probability: Double) -> Bool { Double(next() >> 11) * 0x1p-53 < probability }
    mutating func flip() -> Bool { next() >> 63 == 1 }
    mutating func within(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }
    mutating func pick<T>(_ array: [T]) -> T { array[below(array.count)] }
    /// An index, by the weights of all.
    mutating func weighted(_ weights: [Int]) -> Int {
        var left = below(weights.reduce(0, +))
        for (index, weight) in weights.enumerated() {
            left -= weight
            if left < 0 { return index }
        }
        return weights.count - 1
    }
}
