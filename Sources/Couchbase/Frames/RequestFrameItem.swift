import NIOCore

/// What a request's framing extras ask for.
enum RequestFrameItem: Hashable, Sendable {
    /// How far a mutation has to be before its answer, and how long the server may take.
    case durability(level: UInt8, timeoutMilliseconds: UInt16?)
    /// The document keeps its expiry.
    case preserveExpiry
    /// An item that this client does not write.
    case other(FrameItem)

    private enum ID {
        static let durability = 1
        static let preserveExpiry = 5
    }

    init(_ item: FrameItem) throws(FrameError) {
        switch (item.id, item.payload.readableBytes) {
        case (ID.durability, 1), (ID.durability, 3):
            var payload = item.payload
            guard let level = payload.readInteger(as: UInt8.self) else { throw .damagedFramingExtras }
            self = .durability(level: level, timeoutMilliseconds: payload.readInteger())
        case (ID.durability, _): throw .damagedFramingExtras
        case (ID.preserveExpiry, 0): self = .preserveExpiry
        case (ID.preserveExpiry, _): throw .damagedFramingExtras
        default: self = .other(item)
        }
    }

    var item: FrameItem {
        switch self {
        case .durability(let level, let timeout):
            var payload = ByteBuffer(integer: level)
            if let timeout { payload.writeInteger(timeout) }
            return FrameItem(id: ID.durability, payload: payload)
        case .preserveExpiry: return FrameItem(id: ID.preserveExpiry)
        case .other(let item): return item
        }
    }
}
