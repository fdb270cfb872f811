import NIOCore

/// The 24 bytes in front of every body, in both layouts.
struct FrameHeader: Hashable, Sendable {
    static let size = 24

    let magic: Magic
    let opcode: Opcode
    let framingLength: Int
    let keyLength: Int
    let extrasLength: Int
    let dataType: DataType
    /// The vbucket of a request, the status of a response.
    let vbucketOrStatus: UInt16
    let bodyLength: Int
    let opaque: UInt32
    let cas: UInt64

    var valueLength: Int { bodyLength - framingLength - extrasLength - keyLength }

    /// Reads a header without taking its bytes; `nil` where fewer than 24 are there.
    init?(peeking buffer: ByteBuffer, bodyLimit: Int) throws(FrameError) {
        guard let first = buffer.getInteger(at: buffer.readerIndex, as: UInt8.self) else { return nil }
        // Garbage is named by its first byte already.
        guard let magic = Magic(rawValue: first) else { throw .unknownMagic(first) }
        guard buffer.readableBytes >= Self.size else { return nil }
        var copy = buffer
        guard
            let (_, opcode, high, low) = copy.readMultipleIntegers(as: (UInt8, UInt8, UInt8, UInt8).self),
            let (extras, dataType, vbucketOrStatus) = copy.readMultipleIntegers(as: (UInt8, UInt8, UInt16).self),
            let (body, opaque, cas) = copy.readMultipleIntegers(as: (UInt32, UInt32, UInt64).self)
        else { return nil }
        guard body <= bodyLimit else { throw .bodyTooLarge(Int(body), limit: bodyLimit) }
        self.magic = magic
        self.opcode = Opcode(rawValue: opcode)
        framingLength = magic.isFlexible ? Int(high) : 0
        keyLength = magic.isFlexible ? Int(low) : Int(high) << 8 | Int(low)
        extrasLength = Int(extras)
        self.dataType = DataType(rawValue: dataType)
        self.vbucketOrStatus = vbucketOrStatus
        bodyLength = Int(body)
        self.opaque = opaque
        self.cas = cas
        let parts = framingLength + extrasLength + keyLength
        guard parts <= bodyLength else { throw .partsExceedBody(parts: parts, body: bodyLength) }
    }

    /// - Throws: ``FrameError/partTooLong(_:_:limit:)`` where a length does not fit its field.
    init(
        magic: Magic, opcode: Opcode, framing: Int, extras: Int, key: Int, value: Int, dataType: DataType,
        vbucketOrStatus: UInt16, opaque: UInt32, cas: UInt64
    ) throws(FrameError) {
        let keyLimit = magic.isFlexible ? 0xff : 0xffff
        guard framing <= 0xff else { throw .partTooLong("framing extras", framing, limit: 0xff) }
        guard extras <= 0xff else { throw .partTooLong("extras", extras, limit: 0xff) }
        guard key <= keyLimit else { throw .partTooLong("key", key, limit: keyLimit) }
        let body = framing + extras + key + value
        guard body <= Int(UInt32.max) else { throw .partTooLong("body", body, limit: Int(UInt32.max)) }
        self.magic = magic
        self.opcode = opcode
        framingLength = framing
        keyLength = key
        extrasLength = extras
        self.dataType = dataType
        self.vbucketOrStatus = vbucketOrStatus
        bodyLength = body
        self.opaque = opaque
        self.cas = cas
    }

    func encode(into buffer: inout ByteBuffer) {
        buffer.reserveCapacity(minimumWritableBytes: Self.size + bodyLength)
        buffer.writeMultipleIntegers(magic.rawValue, opcode.rawValue)
        if magic.isFlexible {
            buffer.writeMultipleIntegers(UInt8(framingLength), UInt8(keyLength))
        } else {
            buffer.writeInteger(UInt16(keyLength))
        }
        buffer.writeMultipleIntegers(
            UInt8(extrasLength), dataType.rawValue, vbucketOrStatus, UInt32(bodyLength), opaque, cas)
    }
}
