/// Decides whether the server may listen on an address.
///
/// The API has no authentication yet: whoever reaches it can read and place orders. So it listens on the
/// machine's own loopback only, unless the operator says that something before it decides who comes in.
enum BindPolicy {
    /// Whether `host` is the loopback interface: `localhost`, 127.0.0.0/8, `::1`.
    static func isLoopback(_ host: String) -> Bool {
        let name = host.lowercased()
        return name == "localhost" || name == "::1" || name == "[::1]" || IPv4Loopback.contains(name)
    }

    /// - Throws: ``OrdersAPIError/Code/addressNotLoopback``.
    static func check(host: String, port: Int, allowsOtherThanLoopback: Bool) throws(OrdersAPIError) {
        guard (0...65535).contains(port) else {
            throw OrdersAPIError(
                .invalidConfiguration, "\(port) is not a port: a port is a number from 0 (any free one) to 65535")
        }
        guard !host.isEmpty else {
            throw OrdersAPIError(
                .invalidConfiguration, "The HTTP address has no host: give one, such as 127.0.0.1:\(port)")
        }
        guard isLoopback(host) || allowsOtherThanLoopback else {
            throw OrdersAPIError(
                .addressNotLoopback,
                """
                The HTTP API will not listen on \(host):\(port): it has no authentication yet, so everyone who reaches \
                that address could read and place orders. Listen on 127.0.0.1:\(port); to be reached from elsewhere, put something \
                before it that decides who comes in and forwards to that address with `Host: 127.0.0.1`, such as nginx or an SSH tunnel
                """)
        }
    }
}
