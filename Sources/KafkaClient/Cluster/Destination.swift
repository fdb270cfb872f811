/// Who gets a request.
enum Destination: Hashable, Sendable {
    /// Whoever is at hand.
    case anyBroker
    case broker(Int32)
    case controller
    case coordinator(CoordinatorKey)
}

/// What a broker coordinates: a consumer group, or the transactions of a producer.
struct CoordinatorKey: Hashable, Sendable, CustomStringConvertible {
    enum Kind: Int8, Hashable, Sendable {
        case group = 0
        case transaction = 1
    }

    var kind: Kind
    /// The group's id or the transactional id.
    var name: String

    var description: String { "\(kind) \(name)" }
}
