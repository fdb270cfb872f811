/// The events of an order that contradict its first one. They changed nothing; each is a dead letter
/// `conflicting_order`.
///
/// One word, whose contents lie apart: documents are copied often, and nearly all have none.
public struct OrderConflicts: Sendable {
    private final class Contents: Sendable {
        let count: Int64
        let status: OrderStatus
        let terms: OrderTerms
        let seenAt: Timestamp

        init(_ count: Int64, _ status: OrderStatus, _ terms: OrderTerms, _ seenAt: Timestamp) {
            (self.count, self.status, self.terms, self.seenAt) = (count, status, terms, seenAt)
        }
    }

    private let contents: Contents

    /// Conflicts of an order: how many, and what the latest said.
    public init(count: Int64, status: OrderStatus, terms: OrderTerms, seenAt: Timestamp) {
        contents = Contents(count, status, terms, seenAt)
    }

    /// How many there were; 1 at least.
    public var count: Int64 { contents.count }
    /// What the latest of them said.
    public var status: OrderStatus { contents.status }
    /// What the latest of them said instead of what the first event fixed.
    public var terms: OrderTerms { contents.terms }
    /// The log's time of the latest.
    public var seenAt: Timestamp { contents.seenAt }
}

extension OrderConflicts: Hashable {
    /// Whether both say the same, wherever they lie.
    public static func == (left: OrderConflicts, right: OrderConflicts) -> Bool {
        left.count == right.count && left.status == right.status && left.terms == right.terms
            && left.seenAt == right.seenAt
    }

    /// Hashes the contents.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        hasher.combine(status)
        hasher.combine(terms)
        hasher.combine(seenAt)
    }
}

extension OrderDocument {
    /// Notes one more event that contradicts the first.
    public mutating func noteConflict(_ event: Order, at moment: Timestamp) {
        let count = min(conflicts?.count ?? 0, OrderID.maximum - 1) + 1
        conflicts = OrderConflicts(count: count, status: event.status, terms: event.terms, seenAt: moment)
    }
}

/// The fields of the latest conflict while they are being read: those that it shares with the order are left out on the
/// wire.
struct OrderConflictsFields {
    private var shared = SharedFields()
    private var count: Int64?
    private var status: OrderStatus?
    private var createdAt: Timestamp?
    private var seenAt: Timestamp?

    static let all: FieldSet = [.count, .status, .customerID, .amount, .currency, .country, .createdAt, .seenAt]
    static let required: FieldSet = [.count, .status, .seenAt]

    mutating func read(_ field: Field, _ scanner: inout JSONScanner, _ issues: inout FieldIssues) throws(EventError) {
        switch field {
        case .count: count = try scanner.integer(field, in: 1...OrderID.maximum, &issues)
        case .status: status = try scanner.choice(field, .unknownStatus, &issues)
        case .createdAt: createdAt = try scanner.timestamp(field, &issues)
        case .seenAt: seenAt = try scanner.timestamp(field, &issues)
        default: try shared.read(field, &scanner, &issues)
        }
    }

    /// nil after an issue.
    func conflicts(
        of order: Order, _ scanner: borrowing JSONScanner, _ issues: inout FieldIssues
    ) throws(EventError) -> OrderConflicts? {
        guard let count, let status, let seenAt else { return nil }
        let amount = try shared.money(scanner, &issues, fallback: order.amount.currency) ?? order.amount
        return OrderConflicts(
            count: count, status: status,
            terms: OrderTerms(
                customerID: shared.customerID ?? order.customerID, amount: amount,
                country: shared.country ?? order.country,
                createdAt: createdAt ?? order.createdAt),
            seenAt: seenAt)
    }
}
