/// A generator run live: new orders are placed now, changes carry the time of the order they change.
///
/// It remembers when the last ``OrderGenerator/longestFollowUp`` orders were placed; a change of an older one
/// (just after a start in mid-sequence) is skipped.
public struct OrderStream: Sendable {
    /// What makes the orders.
    public let generator: OrderGenerator
    /// The number of the next event.
    public private(set) var sequence: Int64
    private var placed: [(index: Int64, at: Timestamp)]

    /// - Parameters:
    ///   - generator: what makes the orders.
    ///   - sequence: the event to go on from, 0...
    public init(generator: OrderGenerator, from sequence: Int64 = 0) {
        self.generator = generator
        self.sequence = max(0, sequence)
        placed = Array(repeating: (-1, .epoch), count: 128)
    }

    /// The next event, as of `now`.
    public mutating func next(now: Timestamp) -> Order {
        while true {
            let step = generator.step(sequence)
            sequence += 1
            switch step {
            case .created(let index):
                placed[Int(index & 127)] = (index, now)
                return generator.order(at: index, createdAt: now)
            case .changed(let index, let status):
                let memory = placed[Int(index & 127)]
                guard memory.index == index else { continue }
                var order = generator.order(at: index, createdAt: memory.at)
                order.status = status
                return order
            }
        }
    }
}
