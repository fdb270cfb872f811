/// Decides whether the server may listen on an address.
///
/// On the machine's own loopback it asks for nothing unless a setting says so. On every other address whoever reaches it could
/// read and place orders: there it asks for credentials, or does not start.
enum BindPolicy {
    /// Whether `host` is the loopback interface: `localhost`, 127.0.0.0/8, `::1`.
    static func isLoopback(_ host: String) -> Bool {
        let name = host.lowercased()
        return name == "localhost" || name == "::1" || name == "[::1]" || IPv4Loopback.contains(name)
    }

    /// - Throws: ``OrdersAPIError``: an address that others reach and no credentials asked for, or credentials that
    ///   nobody has.
    static func check(host: String, port: Int, access: AccessControl) throws(OrdersAPIError) {
        guard (0...65535).contains(port) else {
            throw OrdersAPIError(
                .invalidConfiguration, "\(port) is not a port: a port is a number from 0 (any free one) to 65535")
        }
        guard !host.isEmpty else {
            throw OrdersAPIError(
                .invalidConfiguration, "The HTTP address has no host: give one, such as 127.0.0.1:\(port)")
        }
        guard isLoopback(host) || access.isRequired else {
            throw OrdersAPIError(
                .addressNotLoopback,
                "The HTTP API will not listen on \(host):\(port) without credentials: everyone who reaches that address could read and place orders. Make an API key with `orders keys add`"
            )
        }
        guard access.letsAnybodyIn else {
            throw OrdersAPIError(
                .invalidConfiguration,
                "The HTTP API will not listen on \(host):\(port): it would ask for credentials, and there are none. Make an API key with `orders keys add NAME --scope read`, or set JWT_JWKS or JWT_SECRET with JWT_ISSUER and JWT_AUDIENCE"
            )
        }
    }
}
