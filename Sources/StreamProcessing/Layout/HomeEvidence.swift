import OrderEvents

/// Finds out with how many partitions keyed records were given their homes, where nobody remembers it. Pure: records go
/// in, a verdict comes out.
///
/// Keys spread evenly, so after a few records only one count explains them all.
struct HomeEvidence {
    enum Verdict: Equatable {
        case count(Int32)
        /// No count explains all records: with each of the likeliest counts, how many it does not explain.
        case contradictory([(count: Int32, misfits: Int)], of: Int)

        static func == (a: Verdict, b: Verdict) -> Bool {
            switch (a, b) {
            case (.count(let a), .count(let b)): a == b
            case (.contradictory(let a, let x), .contradictory(let b, let y)):
                x == y && a.map(\.count) == b.map(\.count) && a.map(\.misfits) == b.map(\.misfits)
            default: false
            }
        }
    }

    /// The number of partitions of each topic of the flow.
    private let counts: [Int32]
    /// By count, from 1: records that would have another home.
    private var misfits: [Int]
    private(set) var records = 0

    /// - Parameter counts: the number of partitions of each topic of the flow; at least one.
    init(counts: [Int32]) {
        self.counts = counts
        misfits = Array(repeating: 0, count: Int(counts.max() ?? 1))
    }

    mutating func add(key: UnsafeRawBufferPointer, partition: Int32) {
        records += 1
        let hash = Int32(KeyPartitioner.murmur2(key) & 0x7fff_ffff)
        for index in misfits.indices where hash % Int32(index + 1) != partition { misfits[index] += 1 }
    }

    /// Topics only grow, so the count is none that the smallest of them does not reach.
    var verdict: Verdict {
        let smallest = counts.min() ?? 1
        let possible = (1...smallest).filter { misfits[Int($0) - 1] == 0 }
        // Where several explain all that there is, any of them is right.
        if possible.contains(smallest) { return .count(smallest) }
        if let largest = possible.last { return .count(largest) }
        let likeliest = (1...Int32(misfits.count)).map { (count: $0, misfits: misfits[Int($0) - 1]) }.sorted {
            $0.misfits < $1.misfits
        }
        return .contradictory(Array(likeliest.prefix(2)), of: records)
    }
}
