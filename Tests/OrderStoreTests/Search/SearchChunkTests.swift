import Testing

@testable import OrderStore

@Suite("Chunks and notes of the search index")
struct SearchChunkTests {
    private func chunks(_ entries: [SearchEntry], maximumBytes: Int) -> [SearchChunk] {
        var writer = ChunkWriter(maximumBytes: maximumBytes)
        for entry in entries { writer.append(entry) }
        writer.close()
        return writer.chunks
    }

    @Test("chunks hold the entries as they were, within their size, each of one kind of keys", arguments: 0..<20)
    func roundTrip(_ seed: UInt64) throws {
        var samples = SearchSamples(seed: seed)
        for maximumBytes in [64, 200, SearchChunk.maximumBytes] {
            let entries = samples.entries(Int(samples.number(0..<400)))
            let chunks = chunks(entries, maximumBytes: maximumBytes)
            #expect(try chunks.entries() == entries)
            for chunk in chunks {
                #expect(chunk.bytes.count <= maximumBytes)
                let held = try [chunk].entries()
                #expect(held.first == chunk.first)
                #expect(Set(held.map { SearchKey.kind($0.key) }).count == 1)
            }
        }
    }

    @Test("an entry of a segment of 30,000 orders takes at most eight bytes")
    func size() {
        var samples = SearchSamples(seed: 7)
        let records = (1...Int64(30_000)).map { id in
            var record = samples.record()
            (record.id, record.moment) = (id, 1_700_000_000_000 + id * 7)
            record.customer = SearchKey.customer(samples.number(1_000..<200_000))
            record.amount = samples.number(1..<50_000) * 100
            return record
        }
        let bytes = SegmentBuilder(records).build().chunks.reduce(0) { $0 + $1.bytes.count }
        #expect(bytes <= 3 * 8 * 30_000)
    }

    @Test("a damaged chunk is refused, or is another chunk in order; it never gets out of bounds", arguments: 0..<6)
    func damaged(_ seed: UInt64) throws {
        var samples = SearchSamples(seed: seed)
        for chunk in chunks(samples.entries(30), maximumBytes: 150) {
            for length in 0..<chunk.bytes.count { expectOrder(Array(chunk.bytes[..<length])) }
            for place in chunk.bytes.indices {
                for bit in 0..<8 {
                    var bytes = chunk.bytes
                    bytes[place] ^= 1 << UInt8(bit)
                    expectOrder(bytes)
                }
            }
        }
        for _ in 0..<2_000 {
            expectOrder((0..<samples.number(0..<60)).map { _ in UInt8(truncatingIfNeeded: samples.number(0..<256)) })
        }
    }

    private func expectOrder(_ bytes: [UInt8]) {
        var entries: [SearchEntry] = []
        do { try bytes.withUnsafeBytes { try SearchChunk.decode($0, into: &entries) } } catch {
            #expect((error as? OrderStoreError)?.code == .corrupt)
            return
        }
        #expect(!entries.isEmpty && zip(entries, entries.dropFirst()).allSatisfy { $0 < $1 })
        #expect(entries.allSatisfy { SearchKey.isKnown($0.key) })
    }

    @Test(
        "integers that are cut off, too long or longer than they need are refused",
        arguments: [
            [0x80], [0x80, 0x00], [UInt8](repeating: 0x80, count: 9) + [0x02], [UInt8](repeating: 0xFF, count: 11),
        ] as [[UInt8]])
    func integers(_ bytes: [UInt8]) {
        #expect(throws: OrderStoreError.self) {
            try bytes.withUnsafeBytes { bytes in
                var reader = VarintReader(bytes)
                _ = try reader.next()
            }
        }
    }

    @Test("integers of all lengths come back as they were")
    func allLengths() throws {
        let buffer = VarintBuffer(capacity: 1)
        var values: [Int64] = [.max, .min]
        for bit in 0..<63 {
            let power = Int64(1) << Int64(bit)
            values += [power, power - 1, -power]
        }
        for value in values {
            buffer.reserve(integers: 2)
            buffer.append(UInt64(bitPattern: value))
            buffer.append(signed: value)
        }
        try buffer.withBytes { bytes in
            var reader = VarintReader(bytes)
            for value in values {
                let (plain, signed) = (try reader.next(), try reader.nextSigned())
                #expect(plain == UInt64(bitPattern: value) && signed == value)
            }
            #expect(reader.isAtEnd)
        }
    }

    @Test("a note holds the records as they were", arguments: 0..<20)
    func note(_ seed: UInt64) throws {
        var samples = SearchSamples(seed: seed)
        let records = samples.records(Int(samples.number(1..<500)))
        var note = SearchNote(capacity: 1)
        for record in records { note.append(record) }
        var found: [SearchRecord] = []
        try note.withBytes { try SearchNote.read($0, count: Int64(records.count)) { found.append($0) } }
        #expect(found == records)
    }

    @Test("a damaged note is refused, or is another note of as many orders", arguments: 0..<4)
    func damagedNote(_ seed: UInt64) {
        var samples = SearchSamples(seed: seed)
        var note = SearchNote(capacity: 10)
        for record in samples.records(12) { note.append(record) }
        let whole = note.withBytes { Array($0) }
        func expectCount(_ bytes: [UInt8]) {
            var found = 0
            do { try bytes.withUnsafeBytes { try SearchNote.read($0, count: 12) { _ in found += 1 } } } catch {
                #expect((error as? OrderStoreError)?.code == .corrupt)
                return
            }
            #expect(found == 12)
        }
        for length in whole.indices { expectCount(Array(whole[..<length])) }
        for place in whole.indices {
            for bit in 0..<8 {
                var bytes = whole
                bytes[place] ^= 1 << UInt8(bit)
                expectCount(bytes)
            }
        }
    }

    @Test("a list of keys comes back as it was, and one that is damaged is refused")
    func keys() throws {
        let (facet, amount) = (Int64(1) << 60, Int64(3) << 60)
        let keys: [Int64] = [facet, facet + 1, amount, amount + 511]
        let bytes = try #require(KeyList.encode(keys))
        #expect(try bytes.withUnsafeBytes { try KeyList.decode($0) } == keys)
        #expect(KeyList.encode(Array(0...Int64(KeyList.maximum))) == nil)
        for damaged in [Array(bytes.dropLast()), [0], [5, 0]] {
            #expect(throws: OrderStoreError.self) { try damaged.withUnsafeBytes { try KeyList.decode($0) } }
        }
    }
}
