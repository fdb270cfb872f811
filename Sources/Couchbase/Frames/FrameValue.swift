import NIOCore

/// A frame's value without what only the wire knows: packing, and extended attributes in front.
struct FrameValue: Hashable, Sendable {
    let bytes: ByteBuffer
    let isJSON: Bool

    /// - Throws: ``FrameError`` where the bytes are not what the datatype says.
    init(_ value: ByteBuffer, dataType: DataType, limit: Int = FrameDecoder.defaultBodyLimit) throws(FrameError) {
        var bytes = value
        if dataType.contains(.snappy) { bytes = try Snappy.decompress(bytes, limit: limit) }
        if dataType.contains(.attributes) {
            guard let length = bytes.readInteger(as: UInt32.self), bytes.readSlice(length: Int(length)) != nil else {
                throw .damagedAttributes
            }
        }
        self.bytes = bytes
        isJSON = dataType.contains(.json)
    }
}

extension ResponseFrame {
    /// The value as the user wrote it.
    func plainValue() throws(FrameError) -> FrameValue { try FrameValue(value, dataType: dataType) }
}
