import ByteCompression
import NIOCore
import OrderEvents
import Testing

@testable import OrderFiles

@Suite("What a file is") struct InputTests {
    private let text = header + "\n" + (1...2_000).map { row($0) }.joined(separator: "\n")

    private func gzip(_ text: some Collection<UInt8>) throws -> [UInt8] {
        Array(try Gzip.compress(ByteBuffer(bytes: text)).readableBytesView)
    }

    @Test("a gzip file is unpacked, also one of several members, with padding after it", arguments: [1, 100, 1 << 20])
    func gzip(piece: Int) throws {
        let half = text.utf8.count / 2
        let packed = try gzip(text.utf8.prefix(half)) + gzip(text.utf8.dropFirst(half)) + [0, 0, 0]
        #expect(try Reading(bytes: packed, piece: piece).ids.count == 2_000)
    }

    @Test("a gzip file that is cut off or damaged is refused")
    func damagedGzip() throws {
        let packed = try gzip(text.utf8)
        for bytes in [Array(packed.dropLast(5)), packed[..<200] + [1, 2, 3] + packed[203...]] as [[UInt8]] {
            let error = #expect(throws: OrderFileError.self) { try Reading(bytes: bytes, piece: 500) }
            #expect(error?.code == .damaged)
        }
        #expect(throws: OrderFileError.self) { try Reading(bytes: gzip(packed)) }
    }

    @Test("a zstd file is unpacked", arguments: [1, 1 << 20])
    func zstandard(piece: Int) throws {
        // `printf 'order_id,customer_id,amount,currency,country\n7,8,1.00,USD,US\n' | zstd`, as a raw block.
        let plain = Array("order_id,customer_id,amount,currency,country\n7,8,1.00,USD,US\n".utf8)
        let block = plain.count << 3 | 1
        let frame: [UInt8] =
            [0x28, 0xB5, 0x2F, 0xFD, 0x20, UInt8(plain.count), UInt8(block & 0xFF), UInt8(block >> 8), 0] + plain
        #expect(try Reading(bytes: frame, piece: piece).ids == [7])
        #expect(throws: OrderFileError.self) { try Reading(bytes: frame.dropLast(3), piece: piece) }
    }

    @Test(
        "files of other kinds are refused by name",
        arguments: [
            ([0x50, 0x4B, 3, 4], "xlsx"), ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "xls"),
            (Array("BZh91AY".utf8), "bzip2"),
            (Array("PAR1".utf8), "Parquet"), (Array("%PDF-1.7".utf8), "PDF"),
            ([0xFF, 0xFE, 0, 0, 0x6F, 0, 0, 0], "UTF-32"),
            ([0x04, 0x22, 0x4D, 0x18], "lz4"), (Array("<!DOCTYPE html>".utf8), "HTML"),
        ] as [([UInt8], String)])
    func foreign(head: [UInt8], name: String) {
        let error = #expect(throws: OrderFileError.self) { try Reading(bytes: head + [UInt8](repeating: 0, count: 40)) }
        #expect(error?.code == .notAnOrderFile && error?.message.contains(name) == true)
    }

    @Test("a file without a record gives none", arguments: ["", " ", "\n\r\n", "\u{FEFF}", header, header + "\r\n"])
    func nothing(text: String) throws {
        let reading = try Reading(text)
        #expect(reading.orders.isEmpty && reading.rejected.isEmpty)
    }

    @Test("what goes on at a checkpoint and what was read before it are the whole file, wherever the break is")
    func checkpoints() throws {
        let rows =
            "\n" + row(1) + "\r\n" + row(2, amount: "\"1.00\"") + "\r,,,,,\n" + row(3) + "\n\n2,\"x\ny\",1,USD,US,\r\n"
            + row(4)
        let objects = "{\n" + json(1).dropFirst() + "\n" + json(2).replacing(",\"", with: ",\n\"") + "\n17 " + json(3)
        for text in [
            header + rows, "[" + json(1) + ",\n3,\n" + json(2).replacing(",\"", with: ",\n\"") + "]", objects,
            json(1) + "\nx\n\n" + json(2) + "\r\n" + json(3),
        ] {
            let whole = try Reading(text)
            let bytes = Array(text.utf8)
            for cut in 0...bytes.count {
                var first = OrderFileReader(createdAt: Reading.time, now: Reading.time)
                var items: [OrderFileItem] = []
                try bytes[..<cut].withUnsafeBytes { try first.push($0) { items.append($0) } }
                let checkpoint = first.checkpoint
                if checkpoint == nil { items = [] }
                var second =
                    checkpoint.map { OrderFileReader(resuming: $0, now: Reading.time) }
                    ?? OrderFileReader(createdAt: Reading.time, now: Reading.time)
                try bytes[Int(checkpoint?.position ?? 0)...].withUnsafeBytes {
                    try second.push($0) { items.append($0) }
                }
                try second.finish { items.append($0) }
                let orders = items.compactMap {
                    if case .order(let order, let line) = $0 { (order.id.rawValue, line) } else { nil }
                }
                #expect(orders.map(\.0) == whole.ids && orders.map(\.1) == whole.lines, "cut at \(cut)")
                #expect(items.count - orders.count == whole.rejected.count)
            }
        }
    }
}
