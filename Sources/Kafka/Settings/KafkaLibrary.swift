/// By which library the clients of this module reach Kafka.
public enum KafkaLibrary: String, Sendable, Hashable, CaseIterable {
    /// The library of the field.
    case librdkafka
    /// The module KafkaClient: the same protocol in Swift.
    case swift
}

extension KafkaLibrary {
    static let variable = "KAFKA_CLIENT_LIBRARY"

    static func fromEnvironment(_ environment: [String: String]) throws(KafkaError) -> KafkaLibrary {
        guard let name = environment[variable], !name.isEmpty else { return .librdkafka }
        guard let library = KafkaLibrary(rawValue: name.lowercased()) else {
            throw KafkaSettings.invalid(
                variable, "is \"\(name)\"; use \(allCases.map(\.rawValue).joined(separator: " or "))")
        }
        return library
    }

    /// What this client cannot do yet is refused at the start, rather than left out in silence.
    func check(_ settings: KafkaSettings) throws(KafkaError) {
        guard self == .swift else { return }
        let secures = settings.overrides.keys.sorted().first { name in
            ["ssl.", "sasl.", "security.", "enable.ssl", "enable.sasl"].contains { name.hasPrefix($0) }
        }
        if let secures {
            throw KafkaSettings.invalid(
                Self.variable,
                "is swift, which does not know librdkafka's \(secures): use librdkafka, or the KAFKA_SASL and KAFKA_SSL variables"
            )
        }
    }
}
