import NIOSSL

/// What a broker says of the client's certificate, in words.
enum TLSFault {
    /// BoringSSL's names of the alerts that are about a certificate (RFC 8446, section 6.2), and what they mean.
    private static let refusals = [
        ("SSLV3_ALERT_BAD_CERTIFICATE", "it is damaged or its signature does not fit"),
        ("SSLV3_ALERT_UNSUPPORTED_CERTIFICATE", "it is of a kind that the broker does not take"),
        ("SSLV3_ALERT_CERTIFICATE_REVOKED", "it has been revoked"),
        ("SSLV3_ALERT_CERTIFICATE_EXPIRED", "it has expired or is not valid yet"),
        ("SSLV3_ALERT_CERTIFICATE_UNKNOWN", "the broker does not say why"),
        ("TLSV1_ALERT_UNKNOWN_CA", "it is signed by no authority that the broker trusts"),
        ("TLSV1_ALERT_ACCESS_DENIED", "it is valid and has no access"),
        ("TLSV1_ALERT_DECRYPT_ERROR", "its signature is not that of an authority that the broker trusts"),
    ]

    /// Of a client without a certificate: servers for TLS 1.2 have no word of their own for its absence.
    private static let demands = [
        "TLSV1_ALERT_CERTIFICATE_REQUIRED", "SSLV3_ALERT_NO_CERTIFICATE", "SSLV3_ALERT_HANDSHAKE_FAILURE",
        "SSLV3_ALERT_BAD_CERTIFICATE",
    ]

    /// Nil where the error is about something else.
    static func explain(_ error: any Error, _ identity: ClusterSecurity.TLS.Identity?) -> String? {
        let text = "\(error)"
        guard let identity else {
            guard let alert = demands.first(where: text.contains) else { return nil }
            let verb = alert == "TLSV1_ALERT_CERTIFICATE_REQUIRED" ? "asks" : "probably asks"
            return
                "the broker \(verb) for a client certificate, and none is set: set ssl.keystore.certificate.chain and ssl.keystore.key (\(alert))"
        }
        if let (alert, why) = refusals.first(where: { text.contains($0.0) }) {
            return
                "the broker refuses the client's certificate in \(identity.chainName): \(why). Set one that the broker trusts (\(alert))"
        }
        // The client sends none where its own is of none of the kinds that the broker asks for.
        guard let alert = demands.first(where: text.contains) else { return nil }
        return
            "the broker takes no certificate like the client's in \(identity.chainName): compare its kind and authority with what the broker asks for (\(alert))"
    }
}
