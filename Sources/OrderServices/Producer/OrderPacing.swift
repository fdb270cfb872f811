/// How fast orders are made.
public enum OrderRate: Hashable, Sendable {
    case perSecond(Double)
    case max
}

/// How many orders are due: pure arithmetic on the time since the start.
struct OrderPacing {
    let rate: OrderRate
    /// Made in all, nil for no end.
    let limit: Int?
    /// Orders of one turn at most, so that a stop is heard.
    let burst = 10_000
    private(set) var made = 0

    init(rate: OrderRate, limit: Int?) {
        self.rate = rate
        self.limit = limit
    }

    var isFinished: Bool { limit.map { made >= $0 } ?? false }

    /// The orders to make now, `elapsed` after the start.
    func due(after elapsed: Duration) -> Int {
        var due: Int
        switch rate {
        case .max: due = burst
        case .perSecond(let rate):
            // The first order comes at once, the next after one interval.
            due = min(Int(elapsed.inSeconds * rate) + 1 - made, burst)
        }
        if let limit { due = min(due, limit - made) }
        return max(due, 0)
    }

    /// How long until the next look: until the next order is due, and at high rates until a few are.
    func rest(after elapsed: Duration) -> Duration {
        switch rate {
        case .max: .zero
        case .perSecond(let rate): max(.seconds(Double(made) / rate) - elapsed, .milliseconds(5))
        }
    }

    mutating func note(made count: Int) { made += count }
}

extension Duration {
    public var inSeconds: Double {
        let parts = components
        return Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
    }
}
