import NIOCore

extension ByteBuffer {
    /// The bytes of an even number of hexadecimal digits, in lower case.
    public init(hex: String) {
        let digits = hex.utf8.map { UInt8($0 > 0x39 ? $0 - 0x57 : $0 - 0x30) }
        self.init(bytes: stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] })
    }
}
