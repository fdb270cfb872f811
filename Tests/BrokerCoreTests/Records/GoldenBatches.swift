import NIOCore
import TestSupport
import Testing

@testable import BrokerCore
@testable import BrokerSimulation
@testable import KafkaProtocol
@testable import KafkaRecords

/// Batches made by the record builders of real clients, all of the same three records.
struct GoldenBatch: CustomTestStringConvertible {
    let client: String
    let compression: Compression
    let bytes: ByteBuffer

    var testDescription: String { "\(compression) by \(client)" }

    static let all: [GoldenBatch] = [
        GoldenBatch(
            client: "aiokafka 0.14.0", compression: .none,
            bytes: ByteBuffer(
                hex:
                    "0000000000000000000000b0ffffffff021cf94d260010000000020000018d0cabc4400000018d0cabc445000000"
                    + "000000109200070000000b000000038c010000000434325a7b226f726465725f6964223a34327d7b226f72646572"
                    + "5f6964223a34327d7b226f726465725f6964223a34327d040a7472616365066162630a656d707479005c000a0201"
                    + "5078787878787878787878787878787878787878787878787878787878787878787878787878787878000e001304"
                    + "026b0100")),
        GoldenBatch(
            client: "aiokafka 0.14.0", compression: .gzip,
            bytes: ByteBuffer(
                hex:
                    "000000000000000000000083ffffffff0250fbb15c0001000000020000018d0cabc4400000018d0cabc445ffffff"
                    + "ffffffffffffffffffffff000000031f8b0800f84b036b02ffeb616460606031318aaa56ca2f4a492d8acf4c51b2"
                    + "3231aac5cf65e12a294a4c4e654b4c4ae64acd2d28a9648861e062620ca8201230f03108b3306533320000b5493f"
                    + "a57f000000")),
        GoldenBatch(
            client: "aiokafka 0.14.0", compression: .snappy,
            bytes: ByteBuffer(
                hex:
                    "000000000000000000000089ffffffff02755e2ad60002000000020000018d0cabc4400000018d0cabc445ffffff"
                    + "ffffffffffffffffffffff0000000382534e41505059000000000100000001000000447f5c8c010000000434325a"
                    + "7b226f726465725f6964223a34327d760f0060040a7472616365066162630a656d707479005c000a020150789a01"
                    + "0020000e001304026b0100")),
        GoldenBatch(
            client: "aiokafka 0.14.0", compression: .lz4,
            bytes: ByteBuffer(
                hex:
                    "000000000000000000000089ffffffff02954851e10003000000020000018d0cabc4400000018d0cabc445ffffff"
                    + "ffffffffffffffffffffff0000000304224d187040ad45000000ff098c010000000434325a7b226f726465725f69"
                    + "64223a34327d0f000bff0a040a7472616365066162630a656d707479005c000a0201507801001490000e00130402"
                    + "6b01003dbbff4800000000")),
        GoldenBatch(
            client: "aiokafka 0.14.0", compression: .zstd,
            bytes: ByteBuffer(
                hex:
                    "00000000000000000000007effffffff024be2bab30004000000020000018d0cabc4400000018d0cabc445ffffff"
                    + "ffffffffffffffffffffff0000000328b52ffd207f250200a4038c010000000434325a7b226f726465725f696422"
                    + "3a34327d040a7472616365066162630a656d707479005c000a02015078000e001304026b01000200c1950311271e")),
        GoldenBatch(
            client: "kafka-python 2.0.2", compression: .none,
            bytes: ByteBuffer(
                hex:
                    "0000000000000000000000b000000000021cf94d260010000000020000018d0cabc4400000018d0cabc445000000"
                    + "000000109200070000000b000000038c010000000434325a7b226f726465725f6964223a34327d7b226f72646572"
                    + "5f6964223a34327d7b226f726465725f6964223a34327d040a7472616365066162630a656d707479005c000a0201"
                    + "5078787878787878787878787878787878787878787878787878787878787878787878787878787878000e001304"
                    + "026b0100")),
        GoldenBatch(
            client: "kafka-python 2.0.2", compression: .gzip,
            bytes: ByteBuffer(
                hex:
                    "000000000000000000000083000000000250fbb15c0001000000020000018d0cabc4400000018d0cabc445ffffff"
                    + "ffffffffffffffffffffff000000031f8b0800f84b036b02ffeb616460606031318aaa56ca2f4a492d8acf4c51b2"
                    + "3231aac5cf65e12a294a4c4e654b4c4ae64acd2d28a9648861e062620ca8201230f03108b3306533320000b5493f"
                    + "a57f000000")),
        GoldenBatch(
            client: "kafka-python 2.0.2", compression: .snappy,
            bytes: ByteBuffer(
                hex:
                    "0000000000000000000000890000000002755e2ad60002000000020000018d0cabc4400000018d0cabc445ffffff"
                    + "ffffffffffffffffffffff0000000382534e41505059000000000100000001000000447f5c8c010000000434325a"
                    + "7b226f726465725f6964223a34327d760f0060040a7472616365066162630a656d707479005c000a020150789a01"
                    + "0020000e001304026b0100")),
        GoldenBatch(
            client: "kafka-python 2.0.2", compression: .lz4,
            bytes: ByteBuffer(
                hex:
                    "00000000000000000000008d0000000002440b1a190003000000020000018d0cabc4400000018d0cabc445ffffff"
                    + "ffffffffffffffffffffff0000000304224d1868407f000000000000004045000000ff098c010000000434325a7b"
                    + "226f726465725f6964223a34327d0f000bff0a040a7472616365066162630a656d707479005c000a020150780100"
                    + "1490000e001304026b010000000000")),
        GoldenBatch(
            client: "kafka-python 2.0.2", compression: .zstd,
            bytes: ByteBuffer(
                hex:
                    "00000000000000000000007e00000000024be2bab30004000000020000018d0cabc4400000018d0cabc445ffffff"
                    + "ffffffffffffffffffffff0000000328b52ffd207f250200a4038c010000000434325a7b226f726465725f696422"
                    + "3a34327d040a7472616365066162630a656d707479005c000a02015078000e001304026b01000200c1950311271e")),
    ]

    /// The same client's message formats 0 and 1.
    static let outdated: [(magic: Int8, bytes: ByteBuffer)] = [
        (
            0,
            ByteBuffer(
                hex:
                    "00000000000000000000004b2d6574900000000000016b0000003c76767676767676767676767676767676767676"
                    + "7676767676767676767676767676767676767676767676767676767676767676767676767676767676")
        ),
        (
            1,
            ByteBuffer(
                hex:
                    "00000000000000000000005317853f9901000000018d0cabc440000000016b0000003c7676767676767676767676"
                    + "76767676767676767676767676767676767676767676767676767676767676767676767676767676767676767676"
                    + "767676")
        ),
    ]
}
