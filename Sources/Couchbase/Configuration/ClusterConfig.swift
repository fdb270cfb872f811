/// What a cluster says of itself: its nodes, their services, and which node holds which vbucket.
struct ClusterConfig: Hashable, Sendable {
    /// Orders configurations: a newer epoch is newer, whatever its revision.
    struct Version: Hashable, Comparable, Sendable {
        let epoch: Int64
        let revision: Int64

        static func < (left: Version, right: Version) -> Bool {
            (left.epoch, left.revision) < (right.epoch, right.revision)
        }
    }

    let version: Version
    /// `nil` in the configuration of the cluster as a whole.
    let bucket: Bucket?
    let nodes: [ClusterNode]

    /// What only the configuration of a bucket has.
    struct Bucket: Hashable, Sendable {
        let name: String
        let uuid: String
        let capabilities: Set<String>
        let vbuckets: VBucketMap
    }

    /// The nodes to which the numbers of the vbucket map point.
    var dataNodes: ArraySlice<ClusterNode> { nodes.prefix(bucket?.vbuckets.nodeCount ?? nodes.count) }
}
