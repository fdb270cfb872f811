import OrderEvents

/// How many orders are open, by the tenth of a second in which they were opened: the oldest and the count of old ones
/// without looking at each.
struct OpenAges: Sendable {
    private static let stepMilliseconds: Int64 = 100

    /// By moment, ascending, from `first` on; those before are empty.
    private var steps: [(moment: Int64, count: Int)] = []
    private var first = 0

    /// Notes an order and returns when it counts as opened: never before one that was noted earlier, whatever the clock
    /// does.
    mutating func open(at now: Timestamp) -> Timestamp {
        let moment = max(now.millisecondsSinceEpoch / Self.stepMilliseconds, steps.last?.moment ?? 0)
        if steps.last?.moment == moment {
            steps[steps.count - 1].count += 1
        } else {
            steps.append((moment, 1))
            forgetEmpty()
        }
        return Timestamp(millisecondsSinceEpoch: moment * Self.stepMilliseconds)
    }

    /// - Parameter openedAt: what ``open(at:)`` returned.
    mutating func close(openedAt: Timestamp) {
        let index = place(openedAt.millisecondsSinceEpoch / Self.stepMilliseconds)
        steps[index].count -= 1
        forgetEmpty()
    }

    private mutating func forgetEmpty() {
        // The last stays, so that the clock of the next is known.
        while first < steps.count - 1, steps[first].count == 0 { first += 1 }
        if first > 1_000, first * 2 > steps.count {
            steps.removeFirst(first)
            first = 0
        }
    }

    var oldest: Timestamp? {
        guard first < steps.count, steps[first].count > 0 else { return nil }
        return Timestamp(millisecondsSinceEpoch: steps[first].moment * Self.stepMilliseconds)
    }

    /// How many were opened before `moment`.
    func count(before moment: Timestamp) -> Int {
        let end = place(moment.millisecondsSinceEpoch / Self.stepMilliseconds)
        return steps[min(first, end)..<end].reduce(0) { $0 + $1.count }
    }

    /// The first step at `moment` or later.
    private func place(_ moment: Int64) -> Int {
        var (low, high) = (first, steps.count)
        while low < high {
            let middle = (low + high) / 2
            if steps[middle].moment < moment { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
