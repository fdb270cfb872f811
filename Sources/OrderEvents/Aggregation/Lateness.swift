/// Windows are by event time. A window is open for `grace` after its end; an order whose first event reaches the log
/// after that is late: counted all the same, and counted as late.
public enum Lateness {
    /// Ten minutes.
    public static let graceMilliseconds: Int64 = 600_000

    /// Whether the first event of the order came after its window's grace. Not known, and so false, while no event
    /// of the order was seen (a payment came first).
    public static func isLate(_ document: OrderDocument) -> Bool {
        let seen = [document.createdSeenAt, document.confirmedSeenAt, document.cancelledSeenAt].lazy.compactMap(\.self)
            .min()
        guard let seen else { return false }
        let end = document.order.createdAt.startOfMinute.millisecondsSinceEpoch + AggregateWindow.minuteMilliseconds
        return seen.millisecondsSinceEpoch > end + graceMilliseconds
    }
}

extension AggregateWindow {
    /// What a document adds to this window's count of late orders: 1 or 0.
    package func lateness(of document: OrderDocument?) -> Int64 {
        guard let document, contains(document.order.createdAt), Lateness.isLate(document) else { return 0 }
        return 1
    }
}
