/// Why a configuration cannot be used.
struct ConfigError: Error, Hashable, Sendable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = "the cluster's configuration cannot be used: \(description)" }
}
