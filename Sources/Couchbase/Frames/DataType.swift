/// What a frame says of its value's form.
struct DataType: OptionSet, Hashable, Sendable {
    let rawValue: UInt8

    static let json = DataType(rawValue: 0x01)
    /// One raw Snappy block.
    static let snappy = DataType(rawValue: 0x02)
    /// Extended attributes stand before the value.
    static let attributes = DataType(rawValue: 0x04)
}
