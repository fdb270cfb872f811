import NIOCore

/// One request of the memcached binary protocol, as far as the responder needs it. Written apart from the client's own
/// codec, so that neither hides a fault of the other.
struct KVRequest {
    static let headerSize = 24
    private static let largestBody = 30 << 20

    let opcode: UInt8
    let dataType: UInt8
    let opaque: UInt32
    let cas: UInt64
    let extras: ByteBuffer
    let key: ByteBuffer
    let value: ByteBuffer

    struct Malformed: Error {}

    /// The next request; nil where more bytes are needed.
    static func next(in bytes: inout ByteBuffer) throws -> KVRequest? {
        let start = bytes.readerIndex
        guard bytes.readableBytes >= headerSize,
            let magic = bytes.getInteger(at: start, as: UInt8.self),
            let length = bytes.getInteger(at: start + 8, as: UInt32.self)
        else { return nil }
        guard magic == 0x80 || magic == 0x08, length <= largestBody else { throw Malformed() }
        guard bytes.readableBytes >= headerSize + Int(length),
            var header = bytes.readSlice(length: headerSize), var body = bytes.readSlice(length: Int(length)),
            let (_, opcode, first, second) = header.readMultipleIntegers(as: (UInt8, UInt8, UInt8, UInt8).self),
            let (extrasLength, dataType, _, _, opaque, cas) = header.readMultipleIntegers(
                as: (UInt8, UInt8, UInt16, UInt32, UInt32, UInt64).self)
        else { return nil }
        // With framing extras their length is in the upper byte of the key's.
        let isFlexible = magic == 0x08
        let framing = isFlexible ? Int(first) : 0
        let keyLength = isFlexible ? Int(second) : Int(first) << 8 | Int(second)
        guard body.readSlice(length: framing) != nil, let extras = body.readSlice(length: Int(extrasLength)),
            let key = body.readSlice(length: keyLength)
        else { throw Malformed() }
        return KVRequest(
            opcode: opcode, dataType: dataType, opaque: opaque, cas: cas, extras: extras, key: key, value: body)
    }
}

/// A response, written straight into the connection's next bytes.
struct KVResponse {
    var status: UInt16 = KVStatus.success
    var dataType: UInt8 = 0
    var cas: UInt64 = 0
    var extras = ByteBuffer()
    var value = ByteBuffer()

    func write(_ request: KVRequest, into bytes: inout ByteBuffer) {
        bytes.writeMultipleIntegers(
            UInt8(0x81), request.opcode, UInt16(0), UInt8(extras.readableBytes), dataType, status,
            UInt32(extras.readableBytes + value.readableBytes), request.opaque, cas)
        bytes.writeImmutableBuffer(extras)
        bytes.writeImmutableBuffer(value)
    }
}

enum KVOpcode {
    static let get: UInt8 = 0x00
    static let set: UInt8 = 0x01
    static let add: UInt8 = 0x02
    static let replace: UInt8 = 0x03
    static let delete: UInt8 = 0x04
    static let noop: UInt8 = 0x0a
    static let hello: UInt8 = 0x1f
    static let saslMechanisms: UInt8 = 0x20
    static let saslAuth: UInt8 = 0x21
    static let saslStep: UInt8 = 0x22
    static let selectBucket: UInt8 = 0x89
    static let clusterConfig: UInt8 = 0xb5
    static let collectionID: UInt8 = 0xbb
    static let lookupIn: UInt8 = 0xd0
    static let mutateIn: UInt8 = 0xd1
    static let errorMap: UInt8 = 0xfe
}

enum KVStatus {
    static let success: UInt16 = 0
    static let notFound: UInt16 = 0x01
    static let exists: UInt16 = 0x02
    static let invalid: UInt16 = 0x04
    static let authError: UInt16 = 0x20
    static let authContinue: UInt16 = 0x21
    static let noAccess: UInt16 = 0x24
    static let unknownCommand: UInt16 = 0x81
    static let pathNotFound: UInt16 = 0xc0
    static let someFailed: UInt16 = 0xcc
}
