/// Sorts places by integers: a stable counting sort of eleven bits at a time, over the bits that differ.
enum RadixSort {
    private static let bits = 11

    /// The bits of a signed number, so that unsigned ones compare as they do.
    static func ascending(_ value: Int64) -> UInt64 { UInt64(bitPattern: value) ^ 1 << 63 }

    /// Brings `order`, places in `keys`, into the ascending order of the keys there.
    static func sort(_ order: inout [UInt32], by keys: [UInt64]) {
        let varying = keys.withUnsafeBufferPointer { keys in bitsThatDiffer(order, keys) }
        guard varying != 0 else { return }
        var other = [UInt32](repeating: 0, count: order.count)
        var shift = 0
        while shift < UInt64.bitWidth, varying >> shift != 0 {
            shift += (varying >> shift).trailingZeroBitCount
            keys.withUnsafeBufferPointer { keys in
                order.withUnsafeBufferPointer { from in
                    other.withUnsafeMutableBufferPointer { distribute(from, keys, shift: shift, into: $0) }
                }
            }
            swap(&order, &other)
            shift += bits
        }
    }

    /// Zero also where the keys are in order already.
    private static func bitsThatDiffer(_ order: [UInt32], _ keys: UnsafeBufferPointer<UInt64>) -> UInt64 {
        guard let first = order.first else { return 0 }
        var varying: UInt64 = 0
        var last = keys[Int(first)]
        var isSorted = true
        for place in order {
            let key = keys[Int(place)]
            varying |= key ^ last
            if key < last { isSorted = false }
            last = key
        }
        return isSorted ? 0 : varying
    }

    private static func distribute(
        _ order: UnsafeBufferPointer<UInt32>, _ keys: UnsafeBufferPointer<UInt64>, shift: Int,
        into other: UnsafeMutableBufferPointer<UInt32>
    ) {
        let mask: UInt64 = 1 << UInt64(bits) - 1
        withUnsafeTemporaryAllocation(of: Int.self, capacity: 1 << bits) { next in
            next.initialize(repeating: 0)
            for place in order { next[Int(truncatingIfNeeded: keys[Int(place)] >> UInt64(shift) & mask)] += 1 }
            var sum = 0
            for digit in next.indices { (next[digit], sum) = (sum, sum + next[digit]) }
            for place in order {
                let digit = Int(truncatingIfNeeded: keys[Int(place)] >> UInt64(shift) & mask)
                other[next[digit]] = place
                next[digit] += 1
            }
        }
    }
}
