import OrderEvents

extension OrderID: StateKey {
    @inlinable public var stateHash: UInt64 { BitMixer.mix(UInt64(bitPattern: rawValue)) }
    @inlinable public func withKeyBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try OrderKey(self).withUnsafeBytes(body)
    }
}

extension AggregateKey: StateKey {
    @inlinable package var stateHash: UInt64 {
        let start: Int64 =
            switch window {
            case .allTime: -1
            case .minute(let start): start.millisecondsSinceEpoch
            }
        return BitMixer.mix(UInt64(bitPattern: start) ^ UInt64(truncatingIfNeeded: partition) << 56)
    }

    @inlinable package func withKeyBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        var key = JSONBytes(capacity: 64)
        Aggregate(window: window, partition: partition).appendKey(to: &key)
        return try key.withUnsafeBytes(body)
    }
}
