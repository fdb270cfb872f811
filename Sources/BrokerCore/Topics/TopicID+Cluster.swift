import KafkaProtocol

extension TopicID {
    /// The id of a topic of this broker.
    ///
    /// It is made from the cluster's id and the number of the topic's first log, which no other log ever gets; so it is
    /// nowhere kept.
    init(cluster: String, firstLog: LogID) {
        self.init(high: Self.digest(cluster), low: UInt64(firstLog) + 1 << 32)
    }

    /// The topic's first log, if the id is one of this cluster.
    func firstLog(cluster: String) -> LogID? {
        guard self != .none, high == Self.digest(cluster), low >= 1 << 32 else { return nil }
        return LogID(exactly: low - 1 << 32)
    }

    /// FNV-1a. Without the first bit, so that no id's text begins with a dash, which tools take for an option.
    private static func digest(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 } & .max >> 1
    }
}
