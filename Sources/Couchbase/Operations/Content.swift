import NIOCore

/// A document's bytes, with the flags that say to other SDKs what they are.
struct Content: Hashable, Sendable {
    /// What every official SDK writes for JSON.
    static let jsonFlags: UInt32 = 0x0200_0006
    static let binaryFlags: UInt32 = 0x0300_0000
    static let stringFlags: UInt32 = 0x0400_0000

    let bytes: ByteBuffer
    let flags: UInt32

    var isJSON: Bool { flags & 0xff00_0000 == 0x0200_0000 }

    static func json(_ bytes: ByteBuffer) -> Content { Content(bytes: bytes, flags: jsonFlags) }
    static func binary(_ bytes: ByteBuffer) -> Content { Content(bytes: bytes, flags: binaryFlags) }
}
