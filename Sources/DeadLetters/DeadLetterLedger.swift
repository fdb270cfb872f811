import OrderEvents

/// What was decided about which dead letter: the decisions by origin.
///
/// Adding is idempotent, and the order in which decisions and dead letters are read does not matter. About 40 bytes a
/// decision.
public struct DeadLetterLedger: Sendable {
    /// What a dead letter stands at.
    public struct Standing: Hashable, Sendable {
        public var state: DeadLetterState
        /// When it was decided, milliseconds since 1970; nil while it is open.
        public var decidedAt: Int64?

        public static let open = Standing(state: .open, decidedAt: nil)
    }

    private struct Place: Hashable {
        var topic: String
        var partition: Int32
        /// Whose dead letter; nil for all groups.
        var group: String?
    }

    /// By place and origin offset, the time of the first decision.
    private var replayed: [Place: [Int64: Int64]] = [:]
    private var discarded: [Place: [Int64: Int64]] = [:]

    public init() {}

    public mutating func add(_ decision: DeadLetterDecision) {
        let origin = decision.origin
        switch decision.action {
        case .replayed:
            let place = Place(topic: origin.topic, partition: origin.partition, group: nil)
            Self.add(decision.at, at: origin.offset, to: &replayed[place, default: [:]])
        case .discarded:
            let place = Place(topic: origin.topic, partition: origin.partition, group: decision.id.group)
            Self.add(decision.at, at: origin.offset, to: &discarded[place, default: [:]])
        }
    }

    private static func add(_ time: Int64, at offset: Int64, to times: inout [Int64: Int64]) {
        times[offset] = min(time, times[offset] ?? time)
    }

    /// A replay outweighs a discard: the record is back, whatever was thought of it before or after.
    public func standing(of letter: DeadLetter) -> Standing {
        let origin = letter.origin
        if let at = replayed[Place(topic: origin.topic, partition: origin.partition, group: nil)]?[origin.offset] {
            return Standing(state: .replayed, decidedAt: at)
        }
        if let at = discarded[Place(topic: origin.topic, partition: origin.partition, group: letter.id.group)]?[
            origin.offset]
        {
            return Standing(state: .discarded, decidedAt: at)
        }
        return .open
    }
}
