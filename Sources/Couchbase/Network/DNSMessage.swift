import NIOCore

/// A question for the service records of a name, and the answer to it (RFC 1035, RFC 2782), as far as that needs.
enum DNSMessage {
    static let serviceType: UInt16 = 33
    private static let internetClass: UInt16 = 1
    private static let maximumRecords = 256
    private static let maximumJumps = 32
    private static let headerSize = 12

    /// What an answer says.
    enum Answer: Hashable, Sendable {
        case services([Endpoint])
        /// It did not fit: ask again over TCP.
        case truncated
        /// The name, or a record of this type, does not exist.
        case none
    }

    struct Malformed: Error, Hashable {}

    /// - Returns: `nil` where the name cannot be asked for.
    static func question(_ name: String, id: UInt16) -> ByteBuffer? {
        var message = ByteBuffer()
        // Recursion is desired; one question.
        message.writeMultipleIntegers(id, UInt16(0x0100), UInt16(1), UInt16(0), UInt16(0), UInt16(0))
        for label in name.split(separator: ".") {
            guard (1...63).contains(label.utf8.count) else { return nil }
            message.writeInteger(UInt8(label.utf8.count))
            message.writeString(String(label))
        }
        message.writeMultipleIntegers(UInt8(0), serviceType, internetClass)
        return message.readableBytes <= headerSize + 255 + 4 ? message : nil
    }

    /// - Throws: ``Malformed`` for what is no answer to this question.
    static func answer(_ message: ByteBuffer, id: UInt16) throws(Malformed) -> Answer {
        var rest = message
        guard
            let (answerID, flags, questions, answers, _, _) = rest.readMultipleIntegers(
                as: (UInt16, UInt16, UInt16, UInt16, UInt16, UInt16).self),
            answerID == id, flags & 0x8000 != 0, questions == 1
        else { throw Malformed() }
        if flags & 0x0200 != 0 { return .truncated }
        switch flags & 0x000f {
        case 0: break
        case 3: return .none
        default: throw Malformed()
        }
        _ = try name(&rest, in: message)
        guard rest.readMultipleIntegers(as: (UInt16, UInt16).self) != nil else { throw Malformed() }
        var services: [Endpoint] = []
        for _ in 0..<min(Int(answers), maximumRecords) {
            _ = try name(&rest, in: message)
            guard let (type, kind, _, length) = rest.readMultipleIntegers(as: (UInt16, UInt16, UInt32, UInt16).self),
                var data = rest.readSlice(length: Int(length))
            else { throw Malformed() }
            guard type == serviceType, kind == internetClass else { continue }
            guard let (_, _, port) = data.readMultipleIntegers(as: (UInt16, UInt16, UInt16).self) else {
                throw Malformed()
            }
            let target = try name(&data, in: message)
            // A target of "." says that the service is not there.
            if !target.isEmpty, port > 0 { services.append(Endpoint(host: target, port: Int(port))) }
        }
        return services.isEmpty ? .none : .services(services)
    }

    /// A name: labels, or a jump to where its rest stands.
    private static func name(_ rest: inout ByteBuffer, in message: ByteBuffer) throws(Malformed) -> String {
        var labels: [String] = []
        var place = rest
        var jumps = 0
        var length = 0
        while true {
            guard let size = place.readInteger(as: UInt8.self) else { throw Malformed() }
            switch size {
            case 0:
                if jumps == 0 { rest = place }
                return labels.joined(separator: ".")
            case 0xc0...:
                guard let low = place.readInteger(as: UInt8.self) else { throw Malformed() }
                if jumps == 0 { rest = place }
                jumps += 1
                let offset = Int(size & 0x3f) << 8 | Int(low)
                guard jumps <= maximumJumps,
                    let target = message.getSlice(
                        at: message.readerIndex + offset, length: max(message.readableBytes - offset, 0))
                else { throw Malformed() }
                place = target
            case 1...63:
                guard let label = place.readString(length: Int(size)) else { throw Malformed() }
                length += Int(size) + 1
                guard length <= 255 else { throw Malformed() }
                labels.append(label)
            default: throw Malformed()
            }
        }
    }
}
