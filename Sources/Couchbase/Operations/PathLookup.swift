import NIOCore

/// One path to read in a document.
struct PathLookup: Hashable, Sendable {
    enum Kind: UInt8, Hashable, Sendable {
        case get = 0xc5
        case exists = 0xc6
        case count = 0xd2
        /// The whole document; without a path.
        case document = 0x00
    }

    let kind: Kind
    let path: String
    /// The path leads into the extended attributes.
    var isAttribute = false

    /// One request takes no more paths.
    static let maximumCount = 16
    static let attributeFlag: UInt8 = 0x04

    func encode(into buffer: inout ByteBuffer) {
        buffer.writeMultipleIntegers(
            kind.rawValue, isAttribute ? Self.attributeFlag : 0, UInt16(path.utf8.count))
        buffer.writeString(path)
    }
}

/// What became of one path.
struct PathResult: Hashable, Sendable {
    let status: Status
    let value: ByteBuffer
}
