import CCompression
import NIOCore

/// Which node holds which part of the keys, and which nodes hold its replicas.
struct VBucketMap: Hashable, Sendable {
    private static let maximumVBuckets = 65_536
    private static let maximumReplicas = 3

    let vbucketCount: Int
    let replicaCount: Int
    let nodeCount: Int
    /// Row by row: the active node, then the replicas' nodes; -1 where there is none.
    private let entries: [Int16]

    init(_ rows: [[Int]], replicaCount: Int, nodeCount: Int) throws(ConfigError) {
        guard (1...Self.maximumVBuckets).contains(rows.count) else {
            throw ConfigError("it has \(rows.count) vbuckets")
        }
        guard (0...Self.maximumReplicas).contains(replicaCount) else {
            throw ConfigError("it has \(replicaCount) replicas")
        }
        var entries: [Int16] = []
        entries.reserveCapacity(rows.count * (replicaCount + 1))
        for row in rows {
            guard row.count == replicaCount + 1 else {
                throw ConfigError("a vbucket has \(row.count) nodes instead of \(replicaCount + 1)")
            }
            for node in row {
                guard (-1..<nodeCount).contains(node), let entry = Int16(exactly: node) else {
                    throw ConfigError("a vbucket is on node \(node) of \(nodeCount)")
                }
                entries.append(entry)
            }
        }
        vbucketCount = rows.count
        self.replicaCount = replicaCount
        self.nodeCount = nodeCount
        self.entries = entries
    }

    /// The part to which a key belongs. A collection's prefix is not part of the key here.
    func vbucket(of key: some Sequence<UInt8>) -> UInt16 {
        UInt16(Int((CRC32.of(key) >> 16) & 0x7fff) % vbucketCount)
    }

    /// The node that takes writes; `nil` while there is none.
    func activeNode(of vbucket: UInt16) -> Int? { node(of: vbucket, place: 0) }

    /// The node of the replica `1...replicaCount`; `nil` while there is none.
    func replicaNode(of vbucket: UInt16, replica: Int) -> Int? { node(of: vbucket, place: replica) }

    private func node(of vbucket: UInt16, place: Int) -> Int? {
        guard vbucket < vbucketCount, (0...replicaCount).contains(place) else { return nil }
        let node = Int(entries[Int(vbucket) * (replicaCount + 1) + place])
        return node < 0 ? nil : node
    }
}

/// CRC-32 of IEEE 802.3, zlib's.
enum CRC32 {
    static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
        let fast = bytes.withContiguousStorageIfAvailable { UInt32(crc32(0, $0.baseAddress, UInt32($0.count))) }
        return fast ?? Array(bytes).withUnsafeBufferPointer { UInt32(crc32(0, $0.baseAddress, UInt32($0.count))) }
    }
}
