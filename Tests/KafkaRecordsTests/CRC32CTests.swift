import TestSupport
import Testing

@testable import KafkaProtocol
@testable import KafkaRecords

@Suite struct CRC32CTests {
    func checksum(_ bytes: [UInt8], seed: UInt32 = 0) -> UInt32 {
        bytes.withUnsafeBytes { CRC32C.checksum($0, seed: seed) }
    }

    /// Bit by bit, straight from the definition.
    func reference(_ bytes: [UInt8]) -> UInt32 {
        var crc = UInt32.max
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = (crc >> 1) ^ (crc & 1 == 1 ? 0x82f6_3b78 : 0) }
        }
        return ~crc
    }

    @Test("The examples of RFC 3720 hold")
    func examples() {
        #expect(checksum(Array(repeating: 0, count: 32)) == 0x8a91_36aa)
        #expect(checksum(Array(repeating: 0xff, count: 32)) == 0x62a8_ab43)
        #expect(checksum(Array(0..<32)) == 0x46dd_794e)
        #expect(checksum(Array("123456789".utf8)) == 0xe306_9283)
    }

    @Test("Every length and every split agrees with the definition")
    func lengths() {
        var random = SeededGenerator(seed: 1)
        let bytes = (0..<80).map { _ in UInt8.random(in: 0...255, using: &random) }
        for length in 0...80 {
            let part = Array(bytes.prefix(length))
            #expect(checksum(part) == reference(part))
            #expect(part.withUnsafeBytes { CRC32C.tableChecksum($0) } == reference(part))
            #expect(checksum(Array(bytes.dropFirst(length)), seed: checksum(part)) == reference(bytes))
        }
    }
}
