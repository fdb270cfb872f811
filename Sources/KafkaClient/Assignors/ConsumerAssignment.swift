import KafkaProtocol
import NIOCore

/// What a member is given by the leader of its group: the assignment in SyncGroup
/// (Kafka's `ConsumerProtocolAssignment`, versions 0 to 3, which have the same fields).
struct ConsumerAssignment: Hashable, Sendable {
    /// In order.
    var partitions: [TopicPartition]
    /// Bytes of the assignor's own.
    var userData: ByteBuffer?

    init(partitions: [TopicPartition], userData: ByteBuffer? = nil) {
        self.partitions = partitions
        self.userData = userData
    }
}

extension ConsumerAssignment {
    /// The newest version that is known here.
    static let latestVersion: Int16 = 3

    /// The bytes as they stand in SyncGroup.
    func encoded(version: Int16 = latestVersion) -> ByteBuffer {
        var layout = AssignmentLayout()
        layout.partitions = partitions.byTopic
        layout.userData = userData
        return layout.encoded(version: version)
    }

    /// Reads what the leader has sent. No bytes at all are no partitions: some leaders name only those members that get
    /// something.
    init(decoding bytes: ByteBuffer) throws(WireError) {
        guard bytes.readableBytes > 0 else {
            self.init(partitions: [])
            return
        }
        let layout = try AssignmentLayout(decoding: bytes, latestVersion: Self.latestVersion)
        self.init(partitions: [TopicPartition](byTopic: layout.partitions).sorted(), userData: layout.userData)
    }
}

/// The fields in the order of the wire.
private struct AssignmentLayout: VersionedLayout {
    var partitions: [TopicPartitions<Int32>] = []
    var userData: ByteBuffer?

    static var defaults: Self { Self() }
    mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&partitions, &userData)
    }
}
