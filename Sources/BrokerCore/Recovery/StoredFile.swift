import BrokerStorage
import KafkaProtocol
import KafkaRecords
import NIOCore

/// What a file of the broker's own holds: magic, version, one structure, CRC-32C of all before. Integers are
/// big-endian.
protocol StoredFile: WireStructure {
    static var magic: UInt32 { get }
    /// The versions that can be read; the last one is written.
    static var storedVersions: ClosedRange<Int16> { get }
    /// Whether what was read can be true.
    var isPossible: Bool { get }
}

extension StoredFile {
    func encoded() -> ByteBuffer {
        var writer = WireWriter(version: Self.storedVersions.upperBound, capacity: 1024)
        Self.magic.write(to: &writer)
        UInt32(Self.storedVersions.upperBound).write(to: &writer)
        write(to: &writer)
        var bytes = WireFrame.joined(writer.finish())
        let checksum = bytes.withUnsafeReadableBytes { CRC32C.checksum($0) }
        bytes.writeInteger(checksum)
        return bytes
    }

    /// - Throws: ``StorageError/Code/corrupt`` for anything but what ``encoded()`` gave.
    init(decoding bytes: ByteBuffer, file: String) throws(StorageError) {
        func corrupt(_ detail: String) -> StorageError { .corrupt(file, detail) }
        let length = max(bytes.readableBytes - 4, 0)
        let body = bytes.getSlice(at: bytes.readerIndex, length: length) ?? ByteBuffer()
        guard let stored = bytes.getInteger(at: bytes.readerIndex + length, as: UInt32.self),
            body.withUnsafeReadableBytes({ CRC32C.checksum($0) }) == stored
        else { throw corrupt("its checksum does not match its contents") }
        // A checkpoint of many large logs has more elements than a client's message may have.
        var reader = WireReader(body, maximumElements: .max)
        do {
            guard try reader.read() == Self.magic else { throw corrupt("it is of another kind") }
            let version: UInt32 = try reader.read()
            guard let known = Int16(exactly: version), Self.storedVersions.contains(known) else {
                throw corrupt("it has version \(version), expected \(Self.storedVersions.upperBound)")
            }
            reader.version = known
            self = try reader.read()
        } catch let error as StorageError {
            throw error
        } catch {
            throw corrupt("\(error)")
        }
        guard isPossible else { throw corrupt("it says what cannot be") }
    }
}
