/// A growing buffer of bytes that events and keys are written to; made once, emptied, used again.
///
/// A value: a copy shares the memory until one of both is written to. Keep one for each thread that encodes.
public struct JSONBytes: Sendable {
    @usableFromInline var storage: [UInt8]
    /// The bytes written so far; the storage behind them is spare room.
    public private(set) var count = 0

    /// - Parameter capacity: bytes to make room for; it grows as needed.
    public init(capacity: Int = 1_024) {
        storage = [UInt8](repeating: 0, count: max(64, capacity))
    }

    /// Whether nothing was written yet.
    public var isEmpty: Bool { count == 0 }

    /// Empties it; the memory is kept for what comes next unless the caller says otherwise.
    public mutating func removeAll(keepingCapacity: Bool = true) {
        count = 0
        if !keepingCapacity { storage = [UInt8](repeating: 0, count: 64) }
    }

    /// Cuts it back to its first `count` bytes.
    public mutating func removeLast(downTo count: Int) {
        precondition(count >= 0 && count <= self.count)
        self.count = count
    }

    /// The bytes written so far, valid inside `body` only.
    @inlinable
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let count = count
        return try storage.withUnsafeBufferPointer { (all: UnsafeBufferPointer<UInt8>) throws(Failure) -> Result in
            try body(UnsafeRawBufferPointer(start: all.baseAddress, count: count))
        }
    }

    /// A copy of the bytes written so far.
    public var bytes: [UInt8] { Array(storage[..<count]) }

    /// Makes room for `maximum` more bytes and lets `body` write up to that many.
    @inline(__always)
    mutating func write(atMost maximum: Int, _ body: (inout JSONCursor) -> Void) {
        if storage.count - count < maximum { grow(by: maximum) }
        let start = count
        let end = storage.withUnsafeMutableBytes { buffer in
            // The storage is never empty, so that it has an address.
            let address = buffer.baseAddress.unsafelyUnwrapped
            var cursor = JSONCursor(at: address + start)
            body(&cursor)
            return cursor.position - address
        }
        // A writer that broke its own bound has overwritten memory: going on would be worse than stopping.
        precondition(end - start <= maximum)
        count = end
    }

    @inline(never)
    private mutating func grow(by extra: Int) {
        let needed = max(count + extra, storage.count * 2)
        storage.append(contentsOf: repeatElement(0, count: needed - storage.count))
    }
}

extension JSONBytes: CustomStringConvertible {
    /// The bytes as text.
    public var description: String { withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
}
