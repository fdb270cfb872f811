/// Something to be done at a time. It is checked then whether it still makes sense.
struct Timer: Comparable, Sendable {
    enum Event: Hashable, Sendable {
        case deadline(BucketClient.OperationID)
        case retry(BucketClient.OperationID)
        case reopen(BucketClient.SlotID)
        case connected(BucketClient.LinkID)
        case lookUp(CollectionName)
        case lookedUp(BucketClient.OperationID)
        case seeds
        case poll
    }

    let time: Duration
    /// Of two at the same time the older one is first.
    let sequence: UInt64
    let event: Event

    static func < (left: Timer, right: Timer) -> Bool {
        left.time == right.time ? left.sequence < right.sequence : left.time < right.time
    }
}
