/// Who reaches the API and the embedded broker, and how.
extension PlatformSetting {
    static let httpAccess: [PlatformSetting] = [
        PlatformSetting(
            "http.allowed-hosts", "ALLOWED_HOSTS", flag: "--allow-host",
            "Further names that clients use for this server, such as its public one.", values: "names, with commas",
            commands: [.up, .api]),
        PlatformSetting(
            "http.allowed-origins", "ALLOWED_ORIGINS", flag: "--allow-origin",
            "Origins whose pages may use the API.", values: "such as https://shop.example, with commas",
            commands: [.up, .api]),
        PlatformSetting(
            "http.auth", "API_AUTH", flag: "--require-auth",
            "Whether credentials are asked for on loopback too. Elsewhere they always are.",
            values: "default, required", default: "default", commands: [.up, .api],
            kind: .oneOf(["default", "required"])
        ),
        PlatformSetting(
            "http.keys-file", "API_KEYS_FILE", flag: "--keys-file", "The file of API keys.", values: "a file",
            default: "api-keys.json in the data directory", commands: [.up, .api, .keys]),
        PlatformSetting(
            "http.tls.certificate", "HTTP_TLS_CERTIFICATE", flag: "--tls-certificate",
            "The certificate to speak TLS with. It is read again when it changes.", values: "a PEM file",
            commands: [.up, .api], kind: .file),
        PlatformSetting(
            "http.tls.key", "HTTP_TLS_KEY", flag: "--tls-key", "The key that belongs to it.", values: "a PEM file",
            commands: [.up, .api], kind: .file),
        PlatformSetting(
            "http.jwt.key-set", "JWT_JWKS", flag: "--jwks", "Where the keys of JSON Web Tokens are.",
            values: "a file or an https URL", commands: [.up, .api]),
        PlatformSetting(
            "http.jwt.secret", "JWT_SECRET", "A secret shared with the issuer of JSON Web Tokens (HS256).",
            values: "text", .secret, commands: [.up, .api]),
        PlatformSetting(
            "http.jwt.issuer", "JWT_ISSUER", flag: "--jwt-issuer", "Whose tokens are taken.", values: "text",
            commands: [.up, .api]),
        PlatformSetting(
            "http.jwt.audience", "JWT_AUDIENCE", flag: "--jwt-audience", "For whom a token must be.", values: "text",
            commands: [.up, .api]),
        PlatformSetting(
            "http.rate-limits", "API_RATE_LIMITS", flag: "--rate-limits",
            "How many requests a second a caller may make, by scope. 0: no limit.", values: "SCOPE=N, with commas",
            default: "read=100,write=1000,operate=10", commands: [.up, .api]),
        PlatformSetting(
            "http.audit-log", "AUDIT_LOG", flag: "--audit-log",
            "Where acts of people are written, as JSON lines. `-`: the log.", values: "a file",
            default: "audit.jsonl in the data directory", commands: [.up, .api]),
    ]

    static let brokerAccess: [PlatformSetting] = [
        PlatformSetting(
            "broker-access.listen", "BROKER_LISTEN", flag: "--broker-listen",
            "Where other machines reach the embedded broker: over TLS, with a login.", values: "HOST:PORT",
            default: "none: nobody else reaches it", commands: [.up, .broker], kind: .address),
        PlatformSetting(
            "broker-access.advertise", "BROKER_ADVERTISE", flag: "--broker-advertise",
            "The address that other machines are given.", values: "HOST:PORT", default: "where it listens",
            commands: [.up, .broker], kind: .address),
        PlatformSetting(
            "broker-access.certificate", "BROKER_TLS_CERT", flag: "--broker-tls-cert",
            "The broker's certificate and those above it.", values: "a PEM file", commands: [.up, .broker], kind: .file),
        PlatformSetting(
            "broker-access.key", "BROKER_TLS_KEY", flag: "--broker-tls-key", "The key that belongs to it.",
            values: "a PEM file", commands: [.up, .broker], kind: .file),
        PlatformSetting(
            "broker-access.client-ca", "BROKER_TLS_CLIENT_CA", flag: "--broker-tls-client-ca",
            "Authorities of which clients need a certificate besides their login.", values: "a PEM file",
            commands: [.up, .broker], kind: .file),
        PlatformSetting(
            "broker-access.users", "BROKER_USERS", flag: "--broker-users", "The file of the broker's users.",
            values: "a file", default: "broker-users.json in the data directory", commands: [.up, .broker, .users]),
    ]
}
