/// Reads the wire format of Protocol Buffers, field by field. What is cut off or has no known form ends it.
struct ProtobufReader {
    enum Value: Equatable {
        case varint(UInt64)
        case bytes(ArraySlice<UInt8>)
        /// A number of fixed width, which nothing here needs.
        case fixed
    }

    private var rest: ArraySlice<UInt8>

    init(_ bytes: some Collection<UInt8>) { rest = Array(bytes)[...] }

    /// The next field; nil: there is none that can be read.
    mutating func next() -> (field: Int, value: Value)? {
        guard let tag = varint() else { return nil }
        let field = Int(truncatingIfNeeded: tag >> 3)
        switch tag & 7 {
        case 0: return varint().map { (field, .varint($0)) }
        case 1: return take(8).map { _ in (field, .fixed) }
        case 2:
            guard let count = varint(), count <= UInt64(rest.count) else { return nil }
            return take(Int(count)).map { (field, .bytes($0)) }
        case 5: return take(4).map { _ in (field, .fixed) }
        default: return nil
        }
    }

    private mutating func varint() -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard let byte = rest.popFirst() else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }

    private mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard rest.count >= count else { return nil }
        defer { rest.removeFirst(count) }
        return rest.prefix(count)
    }
}
