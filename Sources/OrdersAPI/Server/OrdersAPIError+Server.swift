import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension OrdersAPIError {
    /// What ended the server, in words: mostly that it could not listen.
    static func serverFailure(_ error: any Error, host: String, port: Int) -> OrdersAPIError {
        if let error = error as? OrdersAPIError { return error }
        let address = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        guard let failure = error as? IOError else {
            return OrdersAPIError(.serverFailed, "The HTTP server on \(address) stopped: \(error)")
        }
        switch failure.errnoCode {
        case EADDRINUSE:
            return OrdersAPIError(
                .addressInUse,
                """
                The HTTP address \(address) is in use by another process. Stop that one (`ss -ltnp 'sport = :\(port)'` \
                shows it) or choose another port with --http \(host):PORT
                """)
        case EADDRNOTAVAIL:
            return OrdersAPIError(
                .addressNotAvailable,
                "The HTTP address \(address) is not one of this machine's; choose another with --http HOST:PORT")
        case EACCES, EPERM:
            return OrdersAPIError(
                .addressNotAvailable,
                "The HTTP address \(address) may not be used by this process (ports under 1024 need extra rights); choose another port"
            )
        default:
            return OrdersAPIError(.serverFailed, "The HTTP server on \(address) stopped: \(failure)")
        }
    }
}
