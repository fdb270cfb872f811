import OrderEvents
import StreamProcessing

extension OrderID: StateKey {
    public var stateHash: UInt64 { Spread.mix(UInt64(bitPattern: rawValue)) }
    public func withKeyBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try OrderKey(self).withUnsafeBytes(body)
    }
}

extension AggregateKey: StateKey {
    var stateHash: UInt64 {
        let start: Int64 =
            switch window {
            case .allTime: -1
            case .minute(let start): start.millisecondsSinceEpoch
            }
        return Spread.mix(UInt64(bitPattern: start) ^ UInt64(truncatingIfNeeded: partition) << 56)
    }

    func withKeyBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        var key = JSONBytes(capacity: 64)
        Aggregate(window: window, partition: partition).appendKey(to: &key)
        return try key.withUnsafeBytes(body)
    }
}

/// Spreads neighbouring numbers evenly over 64 bits.
enum Spread {
    /// The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
    static func mix(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
