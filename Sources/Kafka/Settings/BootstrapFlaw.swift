/// What is wrong with a list of bootstrap servers, in words that follow its name. Pure.
///
/// What people paste instead: the URL of a REST endpoint or of a schema registry, an address in quotes, a list with
/// spaces in place of commas.
struct BootstrapFlaw: CustomStringConvertible {
    let description: String

    /// - Parameters:
    ///   - servers: `host:port[,host:port…]`; librdkafka takes 9092 where a port is left out.
    ///   - protocolName: what the connections speak: `PLAINTEXT`, `SSL`, `SASL_PLAINTEXT` or `SASL_SSL`.
    init?(_ servers: String, protocolName: String) {
        for server in servers.split(separator: ",", omittingEmptySubsequences: false) {
            if let reason = Self.reason(String(server.drop { $0 == " " }), protocolName) {
                description = "is \"\(servers.prefix(200))\": \(reason)"
                return
            }
        }
        return nil
    }

    private static func reason(_ server: String, _ protocolName: String) -> String? {
        if let first = server.first, "\"'`".contains(first) {
            return "it has quotation marks, which a shell or an env file left there; take them away"
        }
        var server = server[...]
        if let scheme = server.firstRange(of: "://") {
            let name = server[..<scheme.lowerBound].uppercased()
            guard ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"].contains(name) else {
                return "a URL is not a bootstrap server; use HOST:PORT of a Kafka listener, mostly with port 9092"
            }
            guard name == protocolName else {
                return """
                    it says \(name), and the settings say \(protocolName); set KAFKA_SECURITY_PROTOCOL and a login, \
                    or leave \(name):// out
                    """
            }
            server = server[scheme.upperBound...]
        }
        if server.contains("/") { return "\"\(server)\" has a path; use HOST:PORT alone" }
        if server.contains("@") { return "\"HOST:PORT\" takes no user; set KAFKA_SASL_USERNAME instead" }
        if server.contains(where: \.isWhitespace) {
            return "\"\(server)\" has white space; separate several servers with commas"
        }
        // [::1]:9092 has colons in its host.
        let port = server.lastIndex(of: ":").map { server[server.index(after: $0)...] }
        let host = server.lastIndex(of: ":").map { server[..<$0] } ?? server
        let hasPort = port.map { !$0.contains("]") } ?? false
        if host.isEmpty || (hasPort && !(port.flatMap { UInt16($0) }.map { $0 > 0 } ?? false)) {
            return "\"\(server)\" is not HOST:PORT with a port of 1 to 65535"
        }
        return confluent(String(host), port.map(String.init))
    }

    /// Confluent Cloud shows several endpoints side by side.
    private static func confluent(_ host: String, _ port: String?) -> String? {
        guard host.hasSuffix(".confluent.cloud") else { return nil }
        if host.hasPrefix("psrc-") {
            return "\(host) is a schema registry; use the cluster's bootstrap server (pkc-…:9092)"
        }
        if port == "443" { return "\(host):443 is the REST endpoint; use the bootstrap server, \(host):9092" }
        return nil
    }
}
