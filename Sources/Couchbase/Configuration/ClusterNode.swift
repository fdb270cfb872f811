/// One node of a cluster.
struct ClusterNode: Hashable, Sendable {
    /// A service by the name that the configuration has for it.
    enum Service: String, Hashable, Sendable, CaseIterable {
        case keyValue = "kv"
        case query = "n1ql"
        case management = "mgmt"

        func portName(encrypted: Bool) -> String { encrypted ? rawValue + "SSL" : rawValue }
    }

    /// Another way to reach the node.
    struct AlternateAddress: Hashable, Sendable {
        let hostname: String
        /// `nil` says that the ports are those of the node itself.
        let ports: [String: Int]?
    }

    let hostname: String
    /// Ports by the names in the configuration.
    let ports: [String: Int]
    let alternates: [String: AlternateAddress]

    /// Where the service is reached; `nil` where the node does not run it, or not in this network.
    func endpoint(of service: Service, encrypted: Bool, network: ClusterNetwork) -> Endpoint? {
        let name = service.portName(encrypted: encrypted)
        switch network {
        case .default: return ports[name].map { Endpoint(host: hostname, port: $0) }
        case .alternate(let alternate):
            guard let address = alternates[alternate], let port = (address.ports ?? ports)[name] else { return nil }
            return Endpoint(host: address.hostname, port: port)
        }
    }
}
