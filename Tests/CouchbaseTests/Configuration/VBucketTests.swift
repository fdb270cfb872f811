import Testing

@testable import Couchbase

@Suite("Keys and vbuckets")
struct VBucketTests {
    @Test(
        "A key's vbucket is what the official SDK's mutation tokens say",
        arguments: [
            ("foo", 115), ("a", 183), ("hello", 528), ("k1", 526), ("mt", 738), ("user::1234", 495), ("café", 173),
        ] as [(String, UInt16)])
    func vectors(key: String, vbucket: UInt16) throws {
        let map = try VBucketMap(Array(repeating: [0], count: 1_024), replicaCount: 0, nodeCount: 1)
        #expect(map.vbucket(of: key.utf8) == vbucket)
    }

    @Test("The map's own size counts, whatever it is", arguments: [1, 3, 64, 128, 1_024])
    func sizes(count: Int) throws {
        let map = try VBucketMap(Array(repeating: [0], count: count), replicaCount: 0, nodeCount: 1)
        let used = Set((0..<20_000).map { map.vbucket(of: "key-\($0)".utf8) })
        #expect(used.count == count)
        #expect(used.allSatisfy { $0 < count })
    }

    @Test("The checksum is that of IEEE 802.3")
    func checksum() {
        #expect(CRC32.of("123456789".utf8) == 0xcbf4_3926)
        #expect(CRC32.of([UInt8]()) == 0)
        #expect(CRC32.of(AnySequence("123456789".utf8)) == 0xcbf4_3926)
    }
}
