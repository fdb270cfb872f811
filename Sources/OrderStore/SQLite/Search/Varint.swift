import OrderEvents

/// Bytes to which integers of variable length are appended: seven bits a byte, the lowest first.
final class VarintBuffer {
    /// Bytes of the longest integer.
    static let longest = 10

    private var start: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private(set) var count = 0

    init(capacity: Int) {
        self.capacity = capacity
        start = .allocate(capacity: capacity)
    }

    deinit { start.deallocate() }

    /// The bytes so far, valid inside `body`.
    func withBytes<Value>(_ body: (UnsafeRawBufferPointer) throws -> Value) rethrows -> Value {
        try body(UnsafeRawBufferPointer(start: start, count: count))
    }

    func removeAll() { count = 0 }

    /// Makes place for what is appended next.
    @inline(__always)
    func reserve(integers: Int) {
        let needed = count + integers * Self.longest
        if needed > capacity { grow(to: needed) }
    }

    private func grow(to needed: Int) {
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: max(needed, 2 * capacity))
        larger.update(from: start, count: count)
        start.deallocate()
        (start, capacity) = (larger, max(needed, 2 * capacity))
    }

    /// - Precondition: there is place for it: ``reserve(integers:)``.
    @inline(__always)
    func append(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            start[count] = UInt8(truncatingIfNeeded: rest) | 0x80
            count += 1
            rest >>= 7
        }
        start[count] = UInt8(truncatingIfNeeded: rest)
        count += 1
    }

    /// Small ones of either sign are short.
    @inline(__always)
    func append(signed value: Int64) { append(UInt64(bitPattern: value << 1 ^ value >> 63)) }
}

/// Reads what a ``VarintBuffer`` wrote, from bytes that may be damaged.
struct VarintReader {
    private let bytes: UnsafeRawBufferPointer
    private(set) var place = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { place == bytes.count }

    @inline(__always)
    mutating func next() throws(OrderStoreError) -> UInt64 {
        guard place < bytes.count else { throw Self.damaged("ends within an integer") }
        let first = bytes[place]
        place += 1
        return first < 0x80 ? UInt64(first) : try rest(of: UInt64(first & 0x7F))
    }

    @inline(__always)
    mutating func nextSigned() throws(OrderStoreError) -> Int64 {
        let value = try next()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    private mutating func rest(of low: UInt64) throws(OrderStoreError) -> UInt64 {
        var value = low
        var shift: UInt64 = 7
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            // The tenth byte has one bit left, and no integer ends with a byte of nothing.
            guard shift < 63 || byte <= 1 else { throw Self.damaged("has an integer of more than 64 bits") }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 {
                guard byte != 0 else { throw Self.damaged("has an integer in more bytes than it needs") }
                return value
            }
            shift += 7
        }
        throw Self.damaged("ends within an integer")
    }

    static func damaged(_ what: String) -> OrderStoreError {
        OrderStoreError(.corrupt, "a part of the search index \(what)")
    }
}
