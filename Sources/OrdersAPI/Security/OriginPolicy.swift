/// Decides whether a browser's page may send a request that changes something.
///
/// Browsers say in `Origin` (and newer ones in `Sec-Fetch-Site`) which page a POST comes from. Programs such as curl
/// send neither and are not what this guards against, so their absence is accepted.
struct OriginPolicy: Sendable {
    /// Further origins that may post, as browsers write them: `https://shop.example`.
    let allowedOrigins: Set<String>

    init(allowedOrigins: [String] = []) {
        self.allowedOrigins = Set(allowedOrigins.map { $0.lowercased() })
    }

    /// - Parameters:
    ///   - origin: The value of `Origin`, if there is one.
    ///   - fetchSite: The value of `Sec-Fetch-Site`, if there is one.
    ///   - authority: The request's `Host`, with its port.
    func allows(origin: String?, fetchSite: String?, authority: String) -> Bool {
        if let origin = origin?.lowercased() {
            if allowedOrigins.contains(origin) { return true }
            // An opaque origin (sandboxed frame, file) is sent as "null", which equals no authority.
            return origin == "http://" + authority.lowercased() || origin == "https://" + authority.lowercased()
        }
        guard let fetchSite = fetchSite?.lowercased() else { return true }
        return fetchSite == "same-origin" || fetchSite == "none"
    }
}
