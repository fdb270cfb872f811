/// With how many partitions the homes of orders are computed: a fact of the platform, kept on the topic
/// `platform-layout`.
///
/// An order's home is `murmur2(order_id) mod homes`. Keyed state lies there, so the count is the one that the state was
/// made with. It is not the number of partitions that a topic has today: that one grows with one click, and nothing
/// moves with it. Topics have `homes` partitions or more; what lands in the partitions beyond is read by the owner of
/// `partition mod homes` and is nobody's home.
///
/// The count changes by a move (`orders topics repartition`) only. Each move begins an epoch: the offsets at which it
/// begins are kept, and so it is known for every record with which count its home was computed.
public struct HomeLayout: Hashable, Sendable, Codable {
    /// The time during which homes are computed with one count.
    public struct Epoch: Hashable, Sendable, Codable {
        /// The count with which homes are computed.
        public var homes: Int32
        /// When the move that began it ended.
        public var since: Timestamp
        /// By topic, for each partition: the first offset of this epoch. What is not listed begins at 0.
        public var starts: [String: [Int64]]
        /// By topic, for each partition: after the last record that the move copied there.
        public var ends: [String: [Int64]]
        /// By consumer group and topic, for each partition: the next record that the group had to read when the epoch
        /// began.
        public var read: [String: [String: [Int64]]]

        /// An epoch from its parts.
        public init(
            homes: Int32, since: Timestamp, starts: [String: [Int64]] = [:], ends: [String: [Int64]] = [:],
            read: [String: [String: [Int64]]] = [:]
        ) {
            self.homes = homes
            self.since = since
            self.starts = starts
            self.ends = ends
            self.read = read
        }

        /// The first offset of this epoch in a partition; 0 where none is listed.
        public func start(_ topic: String, _ partition: Int32) -> Int64 { Epoch.offset(starts[topic], partition) }
        /// The offset after the last record that the move copied into a partition; 0 where none is listed.
        public func end(_ topic: String, _ partition: Int32) -> Int64 { Epoch.offset(ends[topic], partition) }
        /// Whether the group had committed past this record when the epoch began.
        public func hasRead(_ group: String, _ topic: String, _ partition: Int32, _ offset: Int64) -> Bool {
            offset < Epoch.offset(read[group]?[topic], partition)
        }

        private static func offset(_ offsets: [Int64]?, _ partition: Int32) -> Int64 {
            guard let offsets, offsets.indices.contains(Int(partition)) else { return 0 }
            return offsets[Int(partition)]
        }
    }

    /// A move to another count that is not finished. No service runs meanwhile.
    public struct Move: Hashable, Sendable, Codable {
        /// The epoch that begins with its end. Its starts and what was read are known once `isPrepared`.
        public var epoch: Epoch
        /// Nothing is copied before, so that a move that is not prepared can be given up.
        public var isPrepared: Bool
        /// By topic, for each partition: the next record to look at.
        public var copied: [String: [Int64]]

        /// A move to the epoch's count, with how far it has come.
        public init(epoch: Epoch, isPrepared: Bool = false, copied: [String: [Int64]] = [:]) {
            self.epoch = epoch
            self.isPrepared = isPrepared
            self.copied = copied
        }
    }

    /// Oldest first; at least one.
    public private(set) var epochs: [Epoch]
    /// The move that is under way; services wait for its end.
    public var move: Move?

    /// More homes than any topic here has partitions.
    public static let maximumHomes: Int32 = 1_024

    /// The first layout of a platform.
    public init(homes: Int32, since: Timestamp) {
        precondition((1...HomeLayout.maximumHomes).contains(homes))
        epochs = [Epoch(homes: homes, since: since)]
    }

    /// The count that homes are computed with.
    public var homes: Int32 { epochs[epochs.count - 1].homes }
    /// How often the count was changed: local state of another generation holds what has moved away.
    public var generation: Int { epochs.count - 1 }

    /// The home of a key, the decimal digits of an order id.
    public func home(ofKey key: UnsafeRawBufferPointer) -> Int32 { KeyPartitioner.partition(ofKey: key, count: homes) }

    /// Ends the move: from now on its epoch is the one that counts.
    public mutating func finishMove(ends: [String: [Int64]]) {
        guard var epoch = move?.epoch else { return }
        epoch.ends = ends
        epochs.append(epoch)
        move = nil
    }

    /// The topic was deleted and made again: what moves wrote down of it is about another log, and all that it holds is
    /// of today's epoch.
    public mutating func forget(_ topic: String) {
        for index in epochs.indices {
            epochs[index].starts[topic] = nil
            epochs[index].ends[topic] = nil
            for group in epochs[index].read.keys { epochs[index].read[group]?[topic] = nil }
        }
    }

    private enum CodingKeys: String, CodingKey { case epochs, move }

    /// Refuses a layout without an epoch, or with a count that no topic can have.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        epochs = try container.decode([Epoch].self, forKey: .epochs)
        move = try container.decodeIfPresent(Move.self, forKey: .move)
        let counts = epochs.map(\.homes) + (move.map { [$0.epoch.homes] } ?? [])
        guard !epochs.isEmpty, counts.allSatisfy((1...HomeLayout.maximumHomes).contains) else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "no layout: a count of homes is missing or out of range"))
        }
    }
}
