import ByteCompression

/// A file's bytes as the text that they hold: unpacked if they are compressed, as UTF-8, without a byte order mark.
///
/// In memory that does not grow with the file. Positions in an order file are positions in this text.
public struct OrderFileInput {
    private var decoder: (any StreamDecoder)?
    private var text = TextDecoder()
    /// The first bytes, until they tell what the file is.
    private var head: [UInt8]? = []
    private var isUnpacked = false
    private var buffer: [UInt8] = []

    /// How the file is packed, for people: `gzip`; nil for one that is not, or while nobody knows.
    public private(set) var packing: String?

    /// An input that has seen nothing yet.
    public init() {}

    /// Takes the next bytes of the file, and hands on what text there is.
    ///
    /// - Parameter isLast: whether nothing follows.
    /// - Throws: ``OrderFileError`` for a file of another kind and for one that is damaged; what `body` throws.
    public mutating func push(
        _ bytes: UnsafeRawBufferPointer, isLast: Bool, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        guard var head else { return try pass(bytes, isLast: isLast, body) }
        head.append(contentsOf: bytes)
        guard head.count >= FileKind.headBytes || isLast else {
            self.head = head
            return
        }
        self.head = nil
        switch FileKind(head: head) {
        case .gzip:
            decoder = try GzipDecoder()
            packing = "gzip"
        case .zstandard:
            decoder = try ZstandardDecoder()
            packing = "zstd"
        case .foreign(let name, let advice):
            throw OrderFileError(
                .notAnOrderFile, "this is \("AEIOU".contains(name.first!) ? "an" : "a") \(name); \(advice)")
        case .text: break
        }
        try head.withUnsafeBytes { try pass($0, isLast: isLast, body) }
    }

    private mutating func pass(
        _ bytes: UnsafeRawBufferPointer, isLast: Bool, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        guard let decoder else { return try decode(bytes, isLast: isLast, body) }
        do {
            try decoder.decodeAll(bytes) { try decodeUnpacked($0, body) }
            if isLast { try decoder.finish() }
        } catch let error as CompressionError {
            throw OrderFileError(.damaged, "\(error)")
        }
        if isLast { try decode(UnsafeRawBufferPointer(start: nil, count: 0), isLast: true, body) }
    }

    private mutating func decodeUnpacked(
        _ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        if !isUnpacked {
            isUnpacked = true
            switch FileKind(head: bytes.prefix(FileKind.headBytes)) {
            case .text: break
            case .gzip, .zstandard:
                throw OrderFileError(.notAnOrderFile, "the file is compressed twice; unpack it once")
            case .foreign(let name, let advice):
                throw OrderFileError(.notAnOrderFile, "unpacked, this is a \(name); \(advice)")
            }
        }
        try decode(bytes, isLast: false, body)
    }

    private mutating func decode(
        _ bytes: UnsafeRawBufferPointer, isLast: Bool, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        // Large plain files are handed on as they are.
        if text.encoding == .utf8 { return bytes.isEmpty ? () : try body(bytes) }
        buffer.removeAll(keepingCapacity: true)
        try text.decode(bytes, isLast: isLast, into: &buffer)
        if !buffer.isEmpty { try buffer.withUnsafeBytes { try body($0) } }
    }
}
