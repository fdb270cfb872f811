import NIOCore

/// One path to change in a document.
struct PathMutation: Hashable, Sendable {
    enum Kind: UInt8, Hashable, Sendable {
        case insert = 0xc7
        case upsert = 0xc8
        case remove = 0xc9
        case replace = 0xca
        case arrayAppend = 0xcb
        case arrayPrepend = 0xcc
        case arrayInsert = 0xcd
        case arrayAddUnique = 0xce
        case counter = 0xcf
        /// The whole document; without a path.
        case document = 0x01
    }

    let kind: Kind
    let path: String
    /// JSON.
    var value = ByteBuffer()
    var createsParents = false
    var isAttribute = false
    /// The value is a macro, such as the mutation's own CAS.
    var expandsMacros = false

    private static let createParentsFlag: UInt8 = 0x01
    private static let expandMacrosFlag: UInt8 = 0x10

    func encode(into buffer: inout ByteBuffer) {
        let flags =
            (createsParents ? Self.createParentsFlag : 0) | (isAttribute ? PathLookup.attributeFlag : 0)
            | (expandsMacros ? Self.expandMacrosFlag : 0)
        buffer.writeMultipleIntegers(
            kind.rawValue, flags, UInt16(path.utf8.count), UInt32(value.readableBytes))
        buffer.writeString(path)
        buffer.writeImmutableBuffer(value)
    }
}
