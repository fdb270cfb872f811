/// What is wrong with a file of certificates or keys, of which librdkafka says only OpenSSL's number.
enum CertificateFileFlaw {
    private static let files = [
        (
            "ssl.key.location failed",
            "KAFKA_SSL_KEY_LOCATION names no private key in PEM that can be read with KAFKA_SSL_KEY_PASSWORD. Correct one of the two"
        ),
        (
            "ssl.certificate.location failed",
            "KAFKA_SSL_CERTIFICATE_LOCATION names no certificate in PEM that can be read. Correct it or the file"
        ),
        (
            "ssl.ca.location failed",
            "KAFKA_SSL_CA_LOCATION names no certificates in PEM that can be read. Correct it or the file"
        ),
        ("ssl.ca.pem failed", "KAFKA_SSL_CA_PEM has no certificate that can be read. Correct it"),
        (
            "Private key check failed",
            "the key of KAFKA_SSL_KEY_LOCATION does not belong to the certificate of KAFKA_SSL_CERTIFICATE_LOCATION"
        ),
    ]

    /// librdkafka's reason for not making a client, in the words of the settings where they are known.
    /// Source of its words: rdkafka_ssl.c of versions 2.0 to 2.15.
    static func explain(_ reason: String) -> String {
        guard let found = files.first(where: { reason.contains($0.0) }) else { return reason }
        return "\(found.1) (\(reason))"
    }
}
