import Foundation

extension ConnectionString {
    /// Ports of the management service, which people give by mistake.
    private static let managementPorts: Set<Int> = [8_091, 18_091]

    static func hosts(_ text: Substring) throws(CouchbaseError) -> [Host] {
        let parts = text.split(omittingEmptySubsequences: false) { $0 == "," || $0 == ";" }
        guard parts.count <= maximumHosts else {
            throw invalid("it has \(parts.count) hosts; \(maximumHosts) are the most")
        }
        var hosts: [Host] = []
        for part in parts { hosts.append(try host(part)) }
        return hosts
    }

    private static func host(_ text: Substring) throws(CouchbaseError) -> Host {
        guard !text.isEmpty else { throw invalid("a host is empty") }
        let name: Substring
        let rest: Substring
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { throw invalid("\"\(text)\" has no ] after the address") }
            name = text[text.index(after: text.startIndex)..<end]
            rest = text[text.index(after: end)...]
            guard name.contains(":"), name.allSatisfy({ $0.isHexDigit || ":.%".contains($0) }) else {
                throw invalid("\"\(name)\" is not an IPv6 address")
            }
        } else {
            let end = text.firstIndex(of: ":") ?? text.endIndex
            name = text[..<end]
            rest = text[end...]
            guard !rest.dropFirst().contains(":") else {
                throw invalid("an IPv6 address stands in brackets: [\(text)]")
            }
            guard !name.isEmpty, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) })
            else { throw invalid("\"\(name)\" is not a host name") }
        }
        guard !rest.isEmpty else { return Host(name: String(name), port: nil) }
        return Host(name: String(name), port: try port(rest, of: name))
    }

    /// `:11210`, or with the kind of the port behind it, as libcouchbase writes it: `:11210=mcd`.
    private static func port(_ text: Substring, of host: Substring) throws(CouchbaseError) -> Int {
        let parts = text.dropFirst().split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard text.first == ":", let digits = parts.first, digits.allSatisfy(\.isNumber), let port = Int(digits),
            (1...65_535).contains(port)
        else { throw invalid("\"\(text)\" after \"\(host)\" is not a port") }
        if parts.count > 1 {
            guard parts[1] == "mcd" else {
                throw invalid("\"=\(parts[1])\" after \"\(host)\" is not supported; only key-value ports are")
            }
        } else if managementPorts.contains(port) {
            throw invalid("\(port) is the port of the management service; leave it out, or give the key-value port")
        }
        return port
    }
}
