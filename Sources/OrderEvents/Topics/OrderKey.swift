/// The decimal ASCII digits of an order id, the key of its records, without a heap allocation.
@usableFromInline
package struct OrderKey {
    @usableFromInline var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
    @usableFromInline let start: Int

    @inlinable
    package init(_ id: OrderID) {
        var position = 24
        var rest = id.rawValue
        start = withUnsafeMutableBytes(of: &digits) { bytes in
            repeat {
                position -= 1
                bytes[position] = UInt8(truncatingIfNeeded: 0x30 + rest % 10)
                rest /= 10
            } while rest > 0
            return position
        }
    }

    @inlinable
    package func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try Swift.withUnsafeBytes(of: digits) { try body(UnsafeRawBufferPointer(rebasing: $0[start...])) }
    }

    /// The partition in which an order's events belong, of `count`: what Java's default partitioner would choose.
    @inlinable
    package func partition(of count: Int32) -> Int32 {
        withUnsafeBytes { KeyPartitioner.partition(ofKey: $0, count: count) }
    }
}
