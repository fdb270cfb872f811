import ArgumentParser

/// `HOST:PORT`, IPv6 in brackets.
struct HostPort: ExpressibleByArgument, Sendable, CustomStringConvertible {
    let host: String
    let port: Int

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    init?(argument: String) {
        guard let colon = argument.lastIndex(of: ":") else { return nil }
        let host = argument[..<colon].trimmingPrefix("[")
        guard let port = Int(argument[argument.index(after: colon)...]), (0...65_535).contains(port), !host.isEmpty
        else { return nil }
        self.host = host.hasSuffix("]") ? String(host.dropLast()) : String(host)
        self.port = port
    }

    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    var defaultValueDescription: String { description }
}
