/// Where a broker listens.
public struct BrokerAddress: Hashable, Sendable, CustomStringConvertible {
    /// A name or an address, IPv6 without brackets.
    public var host: String
    /// 1 to 65535.
    public var port: Int

    /// An address from its parts.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// As written in `bootstrap.servers`.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension BrokerAddress {
    /// The addresses of `bootstrap.servers`: `host:port` or `[::1]:port`, separated by commas.
    ///
    /// - Throws: ``ClientError/Code/invalidSetting``, naming the part that is no address.
    public static func list(_ text: String) throws(ClientError) -> [BrokerAddress] {
        var addresses: [BrokerAddress] = []
        for part in text.split(separator: ",") {
            let part = part.trimming { $0 == " " }
            guard !part.isEmpty else { continue }
            guard let address = BrokerAddress(part) else {
                throw ClientError(.invalidSetting, "bootstrap.servers: \"\(part)\" is not HOST:PORT")
            }
            addresses.append(address)
        }
        guard !addresses.isEmpty else { throw ClientError(.invalidSetting, "bootstrap.servers names no broker") }
        return addresses
    }

    private init?(_ text: Substring) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (1...65535).contains(port)
        else { return nil }
        var host = text[..<colon]
        if host.first == "[", host.last == "]" {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty else { return nil }
        self.init(host: String(host), port: port)
    }
}

extension Substring {
    fileprivate func trimming(_ isOutside: (Character) -> Bool) -> Substring {
        var rest = drop(while: isOutside)
        while let last = rest.last, isOutside(last) { rest.removeLast() }
        return rest
    }
}
