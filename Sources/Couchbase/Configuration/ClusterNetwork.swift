/// Which of the nodes' addresses are used. It is chosen once for a cluster, with its first configuration.
enum ClusterNetwork: Hashable, Sendable {
    case `default`
    case alternate(String)

    static let external = "external"

    /// - Parameter dialled: the host by which the configuration was fetched.
    /// - Throws: ``CouchbaseError/Code/invalidArgument`` where the network that was asked for does not exist.
    static func choose(
        _ option: ConnectionOptions.Network, dialled: String, config: ClusterConfig
    ) throws(CouchbaseError) -> ClusterNetwork {
        switch option {
        case .default: return .default
        case .alternate(let name):
            guard config.nodes.contains(where: { $0.alternates[name] != nil }) else {
                let known = Set(config.nodes.flatMap(\.alternates.keys)).sorted().joined(separator: ", ")
                throw CouchbaseError(
                    .invalidArgument,
                    "no node has an address in the network \"\(name)\"; "
                        + (known.isEmpty ? "the cluster has no alternate networks" : "known are \(known)"))
            }
            return .alternate(name)
        case .automatic:
            if config.nodes.contains(where: { $0.hostname == dialled }) { return .default }
            for node in config.nodes {
                let matching = node.alternates.filter { $0.value.hostname == dialled }.keys.min()
                if let matching { return .alternate(matching) }
            }
            let hasExternal = config.nodes.contains { $0.alternates[external] != nil }
            return hasExternal ? .alternate(external) : .default
        }
    }
}
