import EmbeddedBroker

/// The embedded broker's settings in the environment: `KAFKA_BROKER_NUM_PARTITIONS` is `num.partitions`.
enum BrokerEnvironment {
    static let prefix = "KAFKA_BROKER_"

    /// Takes over what is set; an empty variable counts as not set.
    ///
    /// - Throws: ``PlatformError`` naming the variable and what is wrong with it.
    static func apply(_ environment: [String: String], to configuration: inout EmbeddedBrokerConfiguration) throws {
        for (variable, value) in environment.sorted(by: { $0.key < $1.key })
        where variable.hasPrefix(prefix) && !value.isEmpty {
            let name = property(variable)
            guard EmbeddedBrokerConfiguration.properties.contains(where: { $0.name == name }) else {
                let known = EmbeddedBrokerConfiguration.properties.map { Self.variable($0.name) }.sorted().joined(
                    separator: ", ")
                throw PlatformError(
                    "\(variable) is not a setting of the embedded broker. Unset it, or use one of \(known).")
            }
            do {
                try configuration.set(name, to: value)
            } catch {
                throw PlatformError("\(variable) \(error.message). Correct the environment variable or unset it.")
            }
        }
    }

    static func property(_ variable: String) -> String {
        variable.dropFirst(prefix.count).lowercased().replacing("_", with: ".")
    }

    static func variable(_ property: String) -> String { prefix + property.uppercased().replacing(".", with: "_") }
}
