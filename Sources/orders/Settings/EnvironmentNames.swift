import Foundation

/// Finds variables of the environment that are most likely misspelled settings: they would be ignored in silence.
enum EnvironmentNames {
    static let known = [
        "ALERT_WEBHOOK_URL", "ALLOWED_HOSTS", "ALLOWED_ORIGINS", "API_AUTH", "API_KEYS_FILE", "API_RATE_LIMITS",
        "AUDIT_LOG", "CONFLUENT_API_KEY", "CONFLUENT_API_SECRET", "COUCHBASE_BUCKET", "COUCHBASE_HOST",
        "COUCHBASE_PASSWORD",
        "COUCHBASE_USERNAME", "HTTP_TLS_CERTIFICATE", "HTTP_TLS_KEY", "JWT_AUDIENCE", "JWT_ISSUER", "JWT_JWKS",
        "JWT_SECRET", "JWT_SECRET_FILE", "KAFKA_BOOTSTRAP_SERVERS", "LOG_FORMAT", "LOG_LEVEL", "ORDERS_WEB",
        "PAYMENT_DECLINE_RATE",
        "PAYMENT_GATEWAY_CONCURRENCY", "PAYMENT_GATEWAY_URL", "PAYMENT_LATENCY_MS", "PAYMENT_TIMEOUT_MS", "RECONCILER",
    ]

    /// A line for each variable whose name is nearly that of a setting. Names that are far from all of them are others'
    /// business.
    static func warnings(_ environment: [String: String]) -> [String] {
        environment.keys.sorted().compactMap { name in
            guard !known.contains(name), !name.hasPrefix("KAFKA_CLIENT_"), name.utf8.count >= 8, name.utf8.count <= 40,
                let meant = known.first(where: { isNear(name, $0) })
            else { return nil }
            return "the environment variable \(name) is no setting and is not used; did you mean \(meant)?"
        }
    }

    /// At most two characters changed, put in, taken out or in another order; the same with other capitals.
    private static func isNear(_ name: String, _ setting: String) -> Bool {
        let (left, right) = (Array(name.uppercased().utf8), Array(setting.utf8))
        guard abs(left.count - right.count) <= 2 else { return false }
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let above = row[j + 1]
                row[j + 1] = min(above + 1, row[j] + 1, diagonal + (a == b ? 0 : 1))
                diagonal = above
            }
        }
        return row[right.count] <= 2
    }
}
