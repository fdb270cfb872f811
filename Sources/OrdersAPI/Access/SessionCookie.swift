import HTTPTypes
import OrderEvents

/// The dashboard's cookie: not for scripts, never sent along by pages of other sites, and under TLS never without it.
enum SessionCookie {
    /// The prefix makes browsers insist on Secure, this host and the whole site.
    private static let secureName = "__Host-orders_session"
    private static let plainName = "orders_session"

    /// The session's id in a request; nil where there is none, or what is no id.
    static func id(in headers: HTTPFields) -> String? {
        let pairs = (headers[.cookie] ?? "").split(separator: ";").map { $0.drop { $0 == " " } }
        for name in [secureName, plainName] {
            if let pair = pairs.first(where: { $0.hasPrefix(name + "=") }) {
                let id = pair.dropFirst(name.count + 1)
                if id.utf8.count == 64 { return String(id) }
            }
        }
        return nil
    }

    static func begin(_ id: String, lifetimeMilliseconds: Int64, isSecure: Bool) -> String {
        header(id, maxAge: max(0, lifetimeMilliseconds / 1000), isSecure: isSecure)
    }

    /// Takes both back, whichever the browser has.
    static let end = [true, false].map { header("", maxAge: 0, isSecure: $0) }

    private static func header(_ id: String, maxAge: Int64, isSecure: Bool) -> String {
        "\(isSecure ? secureName : plainName)=\(id); Path=/; Max-Age=\(maxAge); HttpOnly; SameSite=Strict"
            + (isSecure ? "; Secure" : "")
    }
}
