/// The fields of an order while it is being read.
struct OrderFields {
    var shared = SharedFields()
    var status: OrderStatus = .created
    var createdAt = Timestamp.epoch

    static let all: FieldSet = [.orderID, .customerID, .amount, .currency, .country, .status, .createdAt]
    private static let requiredInDraft: FieldSet = [.customerID, .amount, .currency, .country]
    private static let openInDraft: FieldSet = [.orderID, .status, .createdAt]

    /// Reads the value of one of the seven fields.
    @inline(__always)
    mutating func read(
        _ field: Field, _ scanner: inout JSONScanner, _ issues: inout FieldIssues
    ) throws(EventError) {
        switch field {
        case .status: status = try scanner.choice(field, .unknownStatus, &issues) ?? .created
        case .createdAt: createdAt = try scanner.timestamp(field, &issues) ?? .epoch
        default: try shared.read(field, &scanner, &issues)
        }
    }

    /// nil after an issue.
    @inline(__always)
    static func order(_ scanner: inout JSONScanner, _ issues: inout FieldIssues) throws(EventError) -> Order? {
        var fields = OrderFields()
        let seen = try scanner.object(all, &issues) { (scanner, field, issues) throws(EventError) in
            try fields.read(field, &scanner, &issues)
        }
        if !seen.isSuperset(of: all) { try issues.addMissing(seen, of: all) }
        return try fields.order(scanner, &issues)
    }

    /// The order of what was read; nil after an issue.
    @inline(__always)
    func order(_ scanner: borrowing JSONScanner, _ issues: inout FieldIssues) throws(EventError) -> Order? {
        guard let amount = try shared.money(scanner, &issues), let customerID = shared.customerID,
            let country = shared.country, issues.found.isEmpty
        else { return nil }
        return Order(
            id: OrderID(trusted: shared.orderID), customerID: customerID, amount: amount, country: country,
            status: status, createdAt: createdAt)
    }

    /// nil after an issue.
    ///
    /// - Parameter unknownField: asked for each field that no order has, by its name; its error is an issue.
    static func draft(
        _ scanner: inout JSONScanner, _ issues: inout FieldIssues, unknownField: (String) -> EventError?
    ) throws(EventError) -> OrderDraft? {
        var fields = OrderFields()
        var given: FieldSet = []
        let seen = try scanner.object(all, &issues) { (scanner, field, issues) throws(EventError) in
            if openInDraft.contains(field), try scanner.null() { return }
            _ = given.insert(field)
            try fields.read(field, &scanner, &issues)
        } onOther: { (name, issues) throws(EventError) in
            if let error = unknownField(name.read { String(decoding: $0, as: UTF8.self) }) { try issues.add(error) }
        }
        if !seen.isSuperset(of: requiredInDraft) { try issues.addMissing(seen, of: requiredInDraft) }
        guard let amount = try fields.shared.money(scanner, &issues), let customerID = fields.shared.customerID,
            let country = fields.shared.country, issues.found.isEmpty
        else { return nil }
        return OrderDraft(
            id: given.contains(.orderID) ? OrderID(trusted: fields.shared.orderID) : nil,
            customerID: customerID, amount: amount, country: country,
            status: given.contains(.status) ? fields.status : nil,
            createdAt: given.contains(.createdAt) ? fields.createdAt : nil)
    }
}
