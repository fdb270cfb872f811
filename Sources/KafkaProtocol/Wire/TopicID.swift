/// What tells a topic from one of the same name that was deleted before (KIP-516).
package struct TopicID: Hashable, Sendable {
    package var high: UInt64
    package var low: UInt64

    /// No topic, or one that is named instead.
    package static let none = TopicID()

    package init(high: UInt64 = 0, low: UInt64 = 0) {
        self.high = high
        self.low = low
    }
}
