import OrderEvents
import Synchronization

/// Makes identities for orders that come without one: rising with time, never the same twice.
///
/// An identity has 53 bits, so that a browser's numbers hold it: 40 bits of milliseconds since 2024-01-01 (enough until
/// late 2058), 5 bits that name the instance, 8 bits that count within the millisecond. Within a process it only rises:
/// where 256 are not enough, or the clock goes back, it goes on from the last one. Two instances never make the same if
/// they have different instance numbers, which is the operator's to see to (``OrdersAPIConfiguration/instance``).
final class OrderIDGenerator: Sendable {
    /// 2024-01-01T00:00:00Z
    static let epochMilliseconds: Int64 = 1_704_067_200_000
    static let instances = 0...31

    fileprivate static let counterBits: Int64 = 8
    fileprivate static let instanceBits: Int64 = 5

    private let instance: Int64
    private let now: @Sendable () -> Timestamp
    /// Time and counter of the last one, without the instance.
    private let last = Mutex<Int64>(0)

    /// - Parameter instance: 0...31; others are taken modulo 32.
    init(instance: Int, now: @escaping @Sendable () -> Timestamp) {
        self.instance = Int64(instance & 31)
        self.now = now
    }

    func next() -> OrderID {
        let milliseconds = max(0, now().millisecondsSinceEpoch - Self.epochMilliseconds)
        let ticket = last.withLock { last in
            last = max(last + 1, milliseconds << Self.counterBits)
            return last
        }
        let counter = ticket & ((1 << Self.counterBits) - 1)
        let time = ticket >> Self.counterBits
        let raw = (time << Self.instanceBits | instance) << Self.counterBits | counter
        // Past 2058 the time no longer fits; the largest identity is a clearer end than a wrong one.
        return OrderID(min(raw, OrderID.maximum)) ?? OrderID(OrderID.maximum)!
    }
}

extension OrderIDGenerator {
    /// When a generated identity was made. Meaningless for others.
    static func time(of id: OrderID) -> Timestamp {
        let milliseconds = id.rawValue >> (counterBits + instanceBits)
        return Timestamp.epoch.advanced(byMilliseconds: epochMilliseconds + milliseconds)
    }
}
