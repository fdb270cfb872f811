import APIAccess
import Foundation
import Logging
import OrderEvents
import OrdersAPI

extension HTTPAccessOptions {
    /// Reads what the options and the environment name. Beyond loopback credentials are asked for, whatever is set.
    func settings(http: HostPort, data: DataOptions) async throws -> HTTPAccessSettings {
        let audit = AuditLog(file: auditFile(data))
        // Checked where they are not used too: a wrong setting is said at once, not when it first matters.
        let limits = try limits()
        let isOpen = try !isRequired && ListeningAddress.isLoopback(http.host)
        let settings = HTTPAccessSettings(
            allowedHosts: list(allowedHosts, "ALLOWED_HOSTS"), allowedOrigins: try origins(),
            certificate: try certificateFiles(),
            control: isOpen
                ? .off(audit: audit)
                : .required(
                    keys: try WatchedKeys(file: keys.file(data: data), logger: Logger(label: "api")),
                    tokens: try await tokens(), limits: limits, audit: audit))
        try settings.control.check(host: http.host, port: http.port)
        try settings.certificate?.check()
        if !isOpen, settings.certificate == nil, !ListeningAddress.isLoopback(http.host) {
            Logger(label: "api").warning(
                "The API listens on \(http) without TLS: keys cross the network in the clear, unless something before it ends TLS. Set --tls-certificate and --tls-key"
            )
        }
        return settings
    }

    private var isRequired: Bool {
        get throws {
            if requiresAuthentication { return true }
            return try Setting.parse(
                "API_AUTH", in: processEnvironment, { ["required": true, "default": false][$0] },
                "required or default") ?? false
        }
    }

    private func value(_ flag: String?, _ variable: String) -> String? {
        flag ?? processEnvironment[variable].flatMap { $0.isEmpty ? nil : $0 }
    }

    private func list(_ flags: [String], _ variable: String) -> [String] {
        guard flags.isEmpty else { return flags }
        return processEnvironment[variable, default: ""].split(separator: ",")
            .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    private func origins() throws -> [String] {
        try list(allowedOrigins, "ALLOWED_ORIGINS").map { text in
            guard let url = URL(string: text), let scheme = url.scheme, ["http", "https"].contains(scheme),
                url.host != nil, url.path.isEmpty, url.query == nil
            else {
                throw PlatformError(
                    "\(text) is no origin. An allowed origin is a scheme, a host and perhaps a port: https://shop.example."
                )
            }
            return text
        }
    }

    private func certificateFiles() throws -> CertificateFiles? {
        switch (value(certificate, "HTTP_TLS_CERTIFICATE"), value(certificateKey, "HTTP_TLS_KEY")) {
        case (nil, nil): return nil
        case (let certificate?, let key?): return CertificateFiles(certificate: certificate, key: key)
        case (nil, _?): throw PlatformError("--tls-key is set without --tls-certificate. TLS needs both, or neither.")
        case (_?, nil): throw PlatformError("--tls-certificate is set without --tls-key. TLS needs both, or neither.")
        }
    }

    private func auditFile(_ data: DataOptions) -> AuditFile? {
        let path = value(auditLog, "AUDIT_LOG") ?? data.auditLog
        return path == "-" ? nil : AuditFile(path: path)
    }

    private func limits() throws -> [Scope: RateLimit] {
        var limits: [Scope: Int] = [.read: 100, .write: 1_000, .operate: 10]
        for part in (value(rateLimits, "API_RATE_LIMITS") ?? "").split(separator: ",") {
            let pair = part.split(separator: "=").map { $0.trimmingCharacters(in: .whitespaces) }
            guard pair.count == 2, let scope = Scope(rawValue: pair[0]), let count = Int(pair[1]),
                (0...1_000_000).contains(count)
            else {
                throw PlatformError(
                    "\"\(part)\" is no rate limit. Write a scope and a number of requests a second, 0 for no limit: read=100,write=1000."
                )
            }
            limits[scope] = count
        }
        return limits.filter { $0.value > 0 }.mapValues { RateLimit(perSecond: $0) }
    }
}

extension DataOptions {
    var auditLog: String { "\(dataDir)/audit.jsonl" }
}
