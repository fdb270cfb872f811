import OrderTracing

/// Names of attributes that say what made the spans.
enum ResourceName {
    static let service = "service.name"
    static let namespace = "service.namespace"
    static let version = "service.version"
    static let instance = "service.instance.id"
}

/// The attributes of the process, by `OTEL_RESOURCE_ATTRIBUTES` and `OTEL_SERVICE_NAME`.
public enum ResourceAttributes {
    /// As many as are taken.
    static let maximum = 64

    /// Reads `name=value,name=value`, with values percent-encoded as in W3C baggage; nil: it is not that.
    public static func parse(_ text: String) -> [SpanAttributePair]? {
        var pairs: [SpanAttributePair] = []
        for part in text.split(separator: ",") {
            guard let (name, value) = KeyValueList.pair(part), pairs.count < maximum else { return nil }
            pairs.append(SpanAttributePair(name, .text(value)))
        }
        return pairs
    }

    /// What is set, completed by what is always said.
    ///
    /// - Parameters:
    ///   - service: `OTEL_SERVICE_NAME`; nil: each service of the process has its own.
    ///   - instance: of this process.
    public static func of(
        _ given: [SpanAttributePair], service: String?, version: String, instance: String
    ) -> [SpanAttributePair] {
        var pairs = given
        if let service {
            pairs.removeAll { $0.name == ResourceName.service }
            pairs.append(SpanAttributePair(ResourceName.service, .text(service)))
        }
        let defaults: [SpanAttributePair] = [
            SpanAttributePair(ResourceName.namespace, "orders"),
            SpanAttributePair(ResourceName.version, .text(version)),
            SpanAttributePair(ResourceName.instance, .text(instance)),
            SpanAttributePair("telemetry.sdk.language", "swift"),
            SpanAttributePair("telemetry.sdk.name", "orders"),
            SpanAttributePair("telemetry.sdk.version", .text(version)),
        ]
        for pair in defaults where !pairs.contains(where: { $0.name == pair.name }) { pairs.append(pair) }
        return pairs
    }
}
