import NIOCore

/// Numbers of at most 32 bits, seven bits a byte, the lowest first: the form of a collection id before a key.
enum UnsignedLEB128 {
    static func encode(_ number: UInt32, into buffer: inout ByteBuffer) {
        var rest = number
        while rest >= 0x80 {
            buffer.writeInteger(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
        }
        buffer.writeInteger(UInt8(rest))
    }

    /// - Throws: ``FrameError/damagedLEB128`` where the number does not end, does not fit, or has a shorter form.
    static func decode(_ buffer: inout ByteBuffer) throws(FrameError) -> UInt32 {
        var number: UInt64 = 0
        for index in 0..<5 {
            guard let byte = buffer.readInteger(as: UInt8.self) else { throw .damagedLEB128 }
            number |= UInt64(byte & 0x7f) << (7 * index)
            if byte & 0x80 == 0 {
                guard byte != 0 || index == 0, let fits = UInt32(exactly: number) else { throw .damagedLEB128 }
                return fits
            }
        }
        throw .damagedLEB128
    }
}
