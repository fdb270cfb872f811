extension OrderDocument: EventValue {
    /// Reads a document, with or without its `type`.
    public init(json: UnsafeRawBufferPointer) throws(EventError) {
        self = try EventDecoding.decode(json) { (scanner, issues) throws(EventError) -> OrderDocument? in
            try OrderDocumentFields.document(&scanner, &issues)
        }
    }
}

/// The fields of a document while it is being read: its sections wait until the order is complete.
private struct OrderDocumentFields {
    var order = OrderFields()
    var payment: PaymentFields?
    var fraud: FraudAlertFields?
    var conflicts: OrderConflictsFields?
    var seenAt: (created: Timestamp?, confirmed: Timestamp?, cancelled: Timestamp?)
    var revision: Int64 = 0
    var updatedAt = Timestamp.epoch

    static let all: FieldSet = [
        .orderID, .customerID, .amount, .currency, .country, .status, .createdAt,
        .payment, .fraud, .history, .conflicts, .revision, .updatedAt,
    ]
    static let required: FieldSet = [
        .orderID, .customerID, .amount, .currency, .country, .status, .createdAt, .revision, .updatedAt,
    ]
    static let inPayment: FieldSet = [
        .status, .amount, .currency, .country, .customerID, .processedAt, .declineReason,
    ]
    static let requiredInPayment: FieldSet = [.status, .processedAt]
    static let inFraud: FieldSet = [
        .flagged, .reason, .amount, .currency, .country, .customerID, .detectedAt,
    ]
    static let requiredInFraud: FieldSet = [.flagged, .reason, .detectedAt]
    static let inHistory: FieldSet = [.created, .confirmed, .cancelled]

    static func document(
        _ scanner: inout JSONScanner, _ issues: inout FieldIssues
    ) throws(EventError) -> OrderDocument? {
        var fields = OrderDocumentFields()
        let seen = try scanner.object(all, &issues) { (scanner, field, issues) throws(EventError) in
            switch field {
            case .payment: try fields.readPayment(&scanner, &issues)
            case .fraud: try fields.readFraud(&scanner, &issues)
            case .history: try fields.readHistory(&scanner, &issues)
            case .conflicts: try fields.readConflicts(&scanner, &issues)
            case .revision:
                fields.revision = try scanner.integer(field, in: EventLimits.revisions, &issues) ?? 0
            case .updatedAt: fields.updatedAt = try scanner.timestamp(field, &issues) ?? .epoch
            default: try fields.order.read(field, &scanner, &issues)
            }
        }
        if !seen.isSuperset(of: required) { try issues.addMissing(seen, of: required) }
        guard let order = try fields.order.order(scanner, &issues) else { return nil }
        let payment = try fields.payment(of: order, scanner, &issues)
        let fraud = try fields.fraud(of: order, scanner, &issues)
        let conflicts = try fields.conflicts(of: order, scanner, &issues)
        guard issues.found.isEmpty else { return nil }
        return OrderDocument(
            order: order, payment: payment, fraud: fraud, createdSeenAt: fields.seenAt.created,
            confirmedSeenAt: fields.seenAt.confirmed, cancelledSeenAt: fields.seenAt.cancelled, conflicts: conflicts,
            revision: fields.revision, updatedAt: fields.updatedAt)
    }

    private mutating func readPayment(_ scanner: inout JSONScanner, _ issues: inout FieldIssues) throws(EventError) {
        if try scanner.null() { return }
        guard try scanner.isObject(.payment, &issues) else { return }
        issues.scope = "payment"
        var section = PaymentFields()
        let seen = try scanner.object(Self.inPayment, &issues) { (scanner, field, issues) throws(EventError) in
            try section.read(field, &scanner, &issues)
        }
        if !seen.isSuperset(of: Self.requiredInPayment) { try issues.addMissing(seen, of: Self.requiredInPayment) }
        issues.scope = nil
        payment = section
    }

    private mutating func readFraud(_ scanner: inout JSONScanner, _ issues: inout FieldIssues) throws(EventError) {
        if try scanner.null() { return }
        guard try scanner.isObject(.fraud, &issues) else { return }
        issues.scope = "fraud"
        defer { issues.scope = nil }
        var section = FraudAlertFields()
        var isFlagged = true
        let seen = try scanner.object(Self.inFraud, &issues) { (scanner, field, issues) throws(EventError) in
            guard field == .flagged else { return try section.read(field, &scanner, &issues) }
            isFlagged = try scanner.flag(field, &issues) ?? true
        }
        guard isFlagged else { return }
        if !seen.isSuperset(of: Self.requiredInFraud) { try issues.addMissing(seen, of: Self.requiredInFraud) }
        fraud = section
    }

    private mutating func readConflicts(_ scanner: inout JSONScanner, _ issues: inout FieldIssues) throws(EventError) {
        if try scanner.null() { return }
        guard try scanner.isObject(.conflicts, &issues) else { return }
        issues.scope = "conflicts"
        defer { issues.scope = nil }
        var section = OrderConflictsFields()
        let seen = try scanner.object(OrderConflictsFields.all, &issues) {
            (scanner, field, issues) throws(EventError) in
            try section.read(field, &scanner, &issues)
        }
        if !seen.isSuperset(of: OrderConflictsFields.required) {
            try issues.addMissing(seen, of: OrderConflictsFields.required)
        }
        conflicts = section
    }

    private mutating func readHistory(_ scanner: inout JSONScanner, _ issues: inout FieldIssues) throws(EventError) {
        guard try scanner.isObject(.history, &issues) else { return }
        issues.scope = "history"
        var moments = seenAt
        _ = try scanner.object(Self.inHistory, &issues) { (scanner, field, issues) throws(EventError) in
            let moment = try scanner.timestamp(field, &issues)
            switch field {
            case .created: moments.created = moment
            case .confirmed: moments.confirmed = moment
            default: moments.cancelled = moment
            }
        }
        issues.scope = nil
        seenAt = moments
    }

    private func conflicts(
        of order: Order, _ scanner: borrowing JSONScanner, _ issues: inout FieldIssues
    ) throws(EventError) -> OrderConflicts? {
        guard let conflicts else { return nil }
        issues.scope = "conflicts"
        defer { issues.scope = nil }
        return try conflicts.conflicts(of: order, scanner, &issues)
    }

    private func payment(
        of order: Order, _ scanner: borrowing JSONScanner, _ issues: inout FieldIssues
    ) throws(EventError) -> Payment? {
        guard let payment, let status = payment.status, let processedAt = payment.processedAt else { return nil }
        issues.scope = "payment"
        defer { issues.scope = nil }
        return Payment(
            orderID: order.id, customerID: payment.shared.customerID ?? order.customerID, status: status,
            amount: try payment.shared.money(scanner, &issues, fallback: order.amount.currency) ?? order.amount,
            country: payment.shared.country ?? order.country, declineReason: payment.declineReason,
            processedAt: processedAt)
    }

    private func fraud(
        of order: Order, _ scanner: borrowing JSONScanner, _ issues: inout FieldIssues
    ) throws(EventError) -> FraudAlert? {
        guard let fraud, let reason = fraud.reason, let detectedAt = fraud.detectedAt else { return nil }
        issues.scope = "fraud"
        defer { issues.scope = nil }
        return FraudAlert(
            orderID: order.id, customerID: fraud.shared.customerID ?? order.customerID, reason: reason,
            amount: try fraud.shared.money(scanner, &issues, fallback: order.amount.currency) ?? order.amount,
            country: fraud.shared.country ?? order.country, detectedAt: detectedAt)
    }
}

extension JSONScanner {
    /// Whether an object comes next; otherwise an issue is added and the value skipped.
    mutating func isObject(_ field: Field, _ issues: inout FieldIssues) throws(EventError) -> Bool {
        if try peekValue() == 0x7B { return true }
        try wrongType(field, &issues, expected: "an object")
        return false
    }
}
