import NIOCore

/// One item of the framing extras: an id and some bytes. In the first byte are the id and the length; 15 in either says
/// that a further byte adds to it, the id's byte first.
struct FrameItem: Hashable, Sendable {
    static let largestID = 15 + 255
    static let largestLength = 15 + 255

    let id: Int
    let payload: ByteBuffer

    init(id: Int, payload: ByteBuffer = ByteBuffer()) {
        self.id = id
        self.payload = payload
    }

    /// All items of `extras`, whatever their ids.
    static func decode(_ extras: ByteBuffer) throws(FrameError) -> [FrameItem] {
        var rest = extras
        var items: [FrameItem] = []
        while let first = rest.readInteger(as: UInt8.self) {
            let id = try part(first >> 4, &rest)
            let length = try part(first & 0x0f, &rest)
            guard let payload = rest.readSlice(length: length) else { throw .damagedFramingExtras }
            items.append(FrameItem(id: id, payload: payload))
        }
        return items
    }

    private static func part(_ nibble: UInt8, _ rest: inout ByteBuffer) throws(FrameError) -> Int {
        guard nibble == 15 else { return Int(nibble) }
        guard let more = rest.readInteger(as: UInt8.self) else { throw .damagedFramingExtras }
        return 15 + Int(more)
    }

    func encode(into buffer: inout ByteBuffer) throws(FrameError) {
        let length = payload.readableBytes
        guard (0...Self.largestID).contains(id) else { throw .partTooLong("frame item id", id, limit: Self.largestID) }
        guard length <= Self.largestLength else {
            throw .partTooLong("frame item", length, limit: Self.largestLength)
        }
        buffer.writeInteger(UInt8(min(id, 15) << 4 | min(length, 15)))
        if id >= 15 { buffer.writeInteger(UInt8(id - 15)) }
        if length >= 15 { buffer.writeInteger(UInt8(length - 15)) }
        buffer.writeImmutableBuffer(payload)
    }
}
