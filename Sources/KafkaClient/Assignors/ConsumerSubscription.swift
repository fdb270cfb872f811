import KafkaProtocol
import NIOCore

/// What a member tells the leader of its group: the metadata in its JoinGroup request
/// (Kafka's `ConsumerProtocolSubscription`, versions 0 to 3).
struct ConsumerSubscription: Hashable, Sendable {
    /// The topics that the member wants to read.
    var topics: [String] = []
    /// Bytes of the assignor's own.
    var userData: ByteBuffer?
    /// What the member has and will not let go of while it joins (KIP-429). From version 1 on.
    var owned: [TopicPartition] = []
    /// The generation in which the member was given ``owned``; -1 for none (KIP-792). From version 2 on.
    var generation: Int32 = -1
    /// Where the member runs (KIP-881). From version 3 on.
    var rackID: String?

    init(
        topics: [String], userData: ByteBuffer? = nil, owned: [TopicPartition] = [], generation: Int32 = -1,
        rackID: String? = nil
    ) {
        self.topics = topics
        self.userData = userData
        self.owned = owned
        self.generation = generation
        self.rackID = rackID
    }
}

extension ConsumerSubscription {
    /// The newest version that is known here. A newer one is read like it: versions only ever add fields.
    static let latestVersion: Int16 = 3

    /// The bytes as they stand in JoinGroup, topics and partitions in order.
    func encoded(version: Int16 = latestVersion) -> ByteBuffer {
        var layout = SubscriptionLayout()
        layout.topics = topics.sorted()
        layout.userData = userData
        layout.ownedPartitions = owned.byTopic
        layout.generationID = generation
        layout.rackID = rackID
        return layout.encoded(version: version)
    }

    /// Reads what a member of any client has sent.
    ///
    /// Some clients claim version 1 and leave out the partitions that it adds; they are read as version 0.
    init(decoding bytes: ByteBuffer) throws(WireError) {
        let layout: SubscriptionLayout
        do throws(WireError) {
            layout = try SubscriptionLayout(decoding: bytes, latestVersion: Self.latestVersion)
        } catch {
            guard bytes.getInteger(at: bytes.readerIndex, as: Int16.self) == 1 else { throw error }
            layout = try SubscriptionLayout(decoding: bytes, latestVersion: 0)
        }
        self.init(
            topics: layout.topics, userData: layout.userData, owned: [TopicPartition](byTopic: layout.ownedPartitions),
            generation: layout.generationID, rackID: layout.rackID)
    }
}

/// The fields in the order of the wire.
private struct SubscriptionLayout: VersionedLayout {
    var topics: [String] = []
    var userData: ByteBuffer?
    var ownedPartitions: [TopicPartitions<Int32>] = []
    var generationID: Int32 = -1
    var rackID: String?

    static var defaults: Self { Self() }
    mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&topics, &userData)
        try wire.field(&ownedPartitions, since: 1)
        try wire.field(&generationID, since: 2)
        try wire.field(&rackID, since: 3)
    }
}
