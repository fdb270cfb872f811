import APIAccess
import ArgumentParser
import Foundation
import Logging
import OrderEvents
import OrdersAPI

/// Who may reach the HTTP API, and how.
struct HTTPAccessOptions: ParsableArguments {
    @Option(
        name: .customLong("allow-host"),
        help: ArgumentHelp(
            "A further name that clients use for this server, such as its public one. May be repeated. Environment: ALLOWED_HOSTS, with commas.",
            valueName: "NAME"))
    var allowedHosts: [String] = []

    @Option(
        name: .customLong("allow-origin"),
        help: ArgumentHelp(
            "An origin whose pages may use the API, such as https://shop.example. May be repeated. Environment: ALLOWED_ORIGINS, with commas.",
            valueName: "ORIGIN"))
    var allowedOrigins: [String] = []

    @Flag(
        name: .customLong("require-auth"),
        help:
            "Ask for credentials on loopback too; elsewhere they are always asked for. Environment: API_AUTH=required.")
    var requiresAuthentication = false

    @OptionGroup var keys: KeyFileOptions

    @Option(
        name: .customLong("jwks"),
        help: ArgumentHelp(
            "Where the keys of JSON Web Tokens are: a file or an https URL with a JSON Web Key Set. Environment: JWT_JWKS.",
            valueName: "FILE|URL"))
    var keySet: String?

    @Option(
        name: .customLong("jwt-issuer"),
        help: ArgumentHelp("Whose tokens are taken. Environment: JWT_ISSUER.", valueName: "ISSUER"))
    var issuer: String?

    @Option(
        name: .customLong("jwt-audience"),
        help: ArgumentHelp("For whom a token must be. Environment: JWT_AUDIENCE.", valueName: "AUDIENCE"))
    var audience: String?

    @Option(
        name: .customLong("tls-certificate"),
        help: ArgumentHelp(
            "The certificate to speak TLS with, in PEM; read again when it changes. Environment: HTTP_TLS_CERTIFICATE.",
            valueName: "FILE"))
    var certificate: String?

    @Option(
        name: .customLong("tls-key"),
        help: ArgumentHelp("The certificate's private key, in PEM. Environment: HTTP_TLS_KEY.", valueName: "FILE"))
    var certificateKey: String?

    @Option(
        name: .customLong("rate-limits"),
        help: ArgumentHelp(
            "How many requests a second a caller may make by scope; 0: no limit. Environment: API_RATE_LIMITS. Default: read=100,write=1000,operate=10.",
            valueName: "SCOPE=N,…"))
    var rateLimits: String?

    @Option(
        name: .customLong("audit-log"),
        help: ArgumentHelp(
            "Where acts of people are written, as JSON lines; -: the log. Environment: AUDIT_LOG. Default: audit.jsonl in the data directory.",
            valueName: "FILE"))
    var auditLog: String?
}

/// Where the API keys are.
struct KeyFileOptions: ParsableArguments {
    @Option(
        name: .customLong("keys-file"),
        help: ArgumentHelp(
            "The file of API keys. Environment: API_KEYS_FILE. Default: api-keys.json in the data directory.",
            valueName: "FILE"))
    var keysFile: String?

    func file(data: DataOptions) -> KeyFile {
        let named = keysFile ?? processEnvironment["API_KEYS_FILE"].flatMap { $0.isEmpty ? nil : $0 }
        return KeyFile(path: named ?? "\(data.dataDir)/api-keys.json")
    }
}

/// The same, read and checked.
struct HTTPAccessSettings {
    var allowedHosts: [String] = []
    var allowedOrigins: [String] = []
    var certificate: CertificateFiles?
    var control: AccessControl
}
