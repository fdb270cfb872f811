/// The identity of an order: 1...2^53-1, so that a browser's numbers hold it exactly.
public struct OrderID: Hashable, Comparable, Sendable {
    /// 1 to 2^53 - 1.
    public let rawValue: Int64

    /// The largest identifier, 2^53 - 1.
    public static let maximum: Int64 = 9_007_199_254_740_991

    @inlinable
    init(trusted rawValue: Int64) { self.rawValue = rawValue }

    /// nil unless `rawValue` is in 1...2^53-1.
    @inlinable
    public init?(_ rawValue: Int64) {
        guard rawValue >= 1, rawValue <= OrderID.maximum else { return nil }
        self.rawValue = rawValue
    }

    /// The identifier in a record's key, decimal ASCII without sign or leading zeros; nil for anything else.
    public init?(key: UnsafeRawBufferPointer) {
        guard (1...16).contains(key.count), key[0] != UInt8(ascii: "0") else { return nil }
        var value: Int64 = 0
        for byte in key {
            let digit = byte &- 0x30
            guard digit <= 9 else { return nil }
            value = value * 10 + Int64(digit)
        }
        self.init(value)
    }

    /// By number.
    @inlinable
    public static func < (left: OrderID, right: OrderID) -> Bool { left.rawValue < right.rawValue }
}

extension OrderID: CustomStringConvertible {
    /// The decimal digits: also the record key.
    public var description: String { String(rawValue) }
}

extension OrderID: Codable {
    /// A number from 1 on.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = OrderID(try container.decode(Int64.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "it is no order id")
        }
        self = id
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
