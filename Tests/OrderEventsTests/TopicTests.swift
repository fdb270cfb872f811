import OrderEvents
import Testing

@Suite("Topics and partitions")
struct TopicTests {
    @Test("murmur2 gives the Java client's published values")
    func murmur2() {
        let vectors: [(String, Int32)] = [
            ("21", -973_932_308), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971), ("abc", 479_470_107),
        ]
        for (key, hash) in vectors {
            let found = Array(key.utf8).withUnsafeBytes { KeyPartitioner.murmur2($0) }
            #expect(Int32(bitPattern: found) == hash, "\(key)")
        }
    }

    @Test("the partitions are the ones that other clients choose")
    func partitions() {
        let vectors: [([UInt8], Int32)] = [
            ([], 681), (Array("a".utf8), 524), (Array("ab".utf8), 434), (Array("abc".utf8), 107),
            (Array("123456789".utf8), 566), ([0, 0x20], 742),
        ]
        for (key, partition) in vectors {
            #expect(key.withUnsafeBytes { KeyPartitioner.partition(ofKey: $0, count: 1_000) } == partition)
        }
    }

    @Test("the topics keep what the design has them keep")
    func specs() throws {
        let specs = Topics.specs()
        #expect(specs.map(\.name) == ["orders", "payments", "fraud-alerts", "order-analytics"])
        #expect(specs.allSatisfy { $0.partitions == 6 })
        #expect(specs[0].config == ["cleanup.policy": "delete", "retention.ms": "604800000"])
        #expect(specs[1].config["retention.ms"] == "2592000000")
        #expect(specs[3].config == ["cleanup.policy": "compact"])
        #expect(Topics.deadLetter(topic: "orders", group: "fraud-group") == "orders.fraud-group.dlq")
        #expect(Topics.deadLetterSpec(topic: "orders", group: "g").config["retention.ms"] == "2592000000")
    }

    @Test("an order's key reads back as its identity, and no other text does")
    func keys() {
        func id(_ text: String) -> Int64? { Array(text.utf8).withUnsafeBytes { OrderID(key: $0)?.rawValue } }
        #expect(id("1") == 1 && id("9007199254740991") == 9_007_199_254_740_991)
        for text in [
            "", "0", "01", "-1", "+1", "1 ", "9007199254740992", "9999999999999999", "99999999999999999", "x",
            "totals/3",
        ] {
            #expect(id(text) == nil, "\(text)")
        }
        #expect(OrderID(0) == nil && OrderID(OrderID.maximum + 1) == nil)
    }
}
