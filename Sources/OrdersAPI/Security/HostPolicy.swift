/// Decides whether a request's `Host` is one that this server answers to.
///
/// A page of another site can make a browser send requests to 127.0.0.1 under the page's own name
/// (DNS rebinding), and then reads the answers. Such a request always carries the foreign name in `Host`, so only
/// loopback names, the bound name and names that were allowed explicitly are answered.
struct HostPolicy: Sendable {
    /// Lowercased host names and addresses without port.
    private let allowedNames: Set<String>
    /// Whether any IP address is accepted: where the server is bound to a network's address, its clients use
    /// one that need not be the bound one (0.0.0.0). An address in `Host` cannot be the work of rebinding.
    private let acceptsAddresses: Bool

    /// - Parameters:
    ///   - boundHost: The name or address that the server is bound to.
    ///   - extraNames: Further names, such as the public one behind a proxy.
    init(boundHost: String, extraNames: [String] = []) {
        var names: Set<String> = ["localhost", "127.0.0.1", "::1"]
        names.insert(Self.normalized(boundHost))
        names.formUnion(extraNames.map(Self.normalized))
        allowedNames = names
        acceptsAddresses = !BindPolicy.isLoopback(boundHost)
    }

    /// - Parameter authority: The value of `Host`: a name or address, with or without a port.
    func allows(authority: String) -> Bool {
        guard let host = Self.host(ofAuthority: authority) else { return false }
        let name = Self.normalized(host)
        if allowedNames.contains(name) { return true }
        if name.hasSuffix(".localhost") { return true }
        if IPv4Loopback.contains(name) { return true }
        return acceptsAddresses && IPAddressText.isAddress(name)
    }

    /// The host without port and, for IPv6, without brackets; nil for what is no authority.
    static func host(ofAuthority authority: String) -> String? {
        guard !authority.isEmpty, authority.utf8.count <= 260 else { return nil }
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            let rest = authority[authority.index(after: end)...]
            guard rest.isEmpty || isPort(rest) else { return nil }
            return String(authority[authority.index(after: authority.startIndex)..<end])
        }
        guard let colon = authority.firstIndex(of: ":") else { return authority }
        guard isPort(authority[colon...]), colon != authority.startIndex else { return nil }
        return String(authority[..<colon])
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.first == ":" && text.count <= 6 && text.dropFirst().utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    }

    /// Lowercase, without a name's final dot.
    private static func normalized(_ host: String) -> String {
        let lower = host.lowercased()
        return lower.hasSuffix(".") ? String(lower.dropLast()) : lower
    }
}

/// The addresses 127.0.0.0/8 as text.
enum IPv4Loopback {
    static func contains(_ host: String) -> Bool {
        host.hasPrefix("127.") && IPAddressText.isIPv4(host)
    }
}

/// Whether a text is an IP address.
enum IPAddressText {
    static func isAddress(_ text: String) -> Bool { isIPv4(text) || isIPv6(text) }

    static func isIPv4(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.count) && part.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } && UInt8(part) != nil
            }
    }

    /// By its characters: names have no colons, so this is enough to tell the two apart.
    static func isIPv6(_ text: String) -> Bool {
        text.contains(":")
            && text.utf8.allSatisfy {
                $0 == 0x3A || $0 == 0x2E || ($0 >= 0x30 && $0 <= 0x39) || (($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x66)
            }
    }
}
