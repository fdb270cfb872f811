/// What `order-analytics` carries: the document of an order, or the aggregate of a window.
public enum AnalyticsEvent: Hashable, Sendable {
    case order(OrderDocument)
    case aggregate(Aggregate)
}

extension AnalyticsEvent: EventValue {
    /// Reads a document, a window or totals; `type` says which, wherever it stands in the object.
    public init(json: UnsafeRawBufferPointer) throws(EventError) {
        switch try Self.kind(json) {
        case .order: self = .order(try OrderDocument(json: json))
        case .aggregate: self = .aggregate(try Aggregate(json: json))
        }
    }

    /// Appends the JSON, with `type` first.
    public func encode(into bytes: inout JSONBytes) {
        switch self {
        case .order(let document): document.encode(into: &bytes)
        case .aggregate(let aggregate): aggregate.encode(into: &bytes)
        }
    }

    /// Appends the order's id, or the window's key.
    public func appendKey(to bytes: inout JSONBytes) {
        switch self {
        case .order(let document): document.appendKey(to: &bytes)
        case .aggregate(let aggregate): aggregate.appendKey(to: &bytes)
        }
    }

    private enum Kind { case order, aggregate }

    /// The kind by the field `type`, wherever it stands.
    private static func kind(_ json: UnsafeRawBufferPointer) throws(EventError) -> Kind {
        let usual: StaticString = "{\"type\":\"order\","
        if json.starts(with: UnsafeBufferPointer(start: usual.utf8Start, count: usual.utf8CodeUnitCount)) {
            return .order
        }
        let found = try EventDecoding.decode(json, limit: EventLimits.maximumAggregateBytes) {
            (scanner, issues) throws(EventError) -> EventType? in
            var type: EventType?
            let seen = try scanner.object([.type], &issues) { (scanner, field, issues) throws(EventError) in
                type = try scanner.choice(field, .unknownType, &issues)
            }
            if !seen.contains(.type) { try issues.addMissing(seen, of: [.type]) }
            return type
        }
        return found == .order ? .order : .aggregate
    }
}

private enum EventType: CaseIterable, WireName {
    case order
    case window
    case totals

    var wireName: StaticString {
        switch self {
        case .order: "order"
        case .window: "window"
        case .totals: "totals"
        }
    }
}
