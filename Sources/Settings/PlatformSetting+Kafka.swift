extension PlatformSetting {
    static let kafka: [PlatformSetting] = [
        PlatformSetting(
            "kafka.bootstrap-servers", "KAFKA_BOOTSTRAP_SERVERS", flag: "--kafka",
            "The Kafka to use. If it is set, `orders up` starts no embedded broker, and has no such flag.",
            values: "HOST:PORT, several with commas", default: "127.0.0.1:9092", commands: Command.clients),
        PlatformSetting(
            "kafka.replication-factor", "KAFKA_REPLICATION_FACTOR",
            "The copies of each partition of a topic that is made.",
            values: "1 to 64", default: "3 on three brokers or more, else the cluster's",
            commands: Command.clients, kind: .integer(1...64)),
        PlatformSetting(
            "kafka.min-insync-replicas", "KAFKA_MIN_INSYNC_REPLICAS",
            "How many copies must have a record before it counts as acknowledged, of a topic that is made.",
            values: "1 to 64", default: "2 of three copies or more, else the cluster's", commands: Command.clients,
            kind: .integer(1...64)),
        PlatformSetting(
            "kafka.client-library", "KAFKA_CLIENT_LIBRARY",
            "Which client the process reads, writes and looks after topics with. `swift` is the platform's own, and is new.",
            values: "librdkafka, swift", default: "librdkafka", commands: Command.clients,
            kind: .oneOf(["librdkafka", "swift"])),
    ]

    static let security: [PlatformSetting] = [
        PlatformSetting(
            "kafka.confluent.api-key", "CONFLUENT_API_KEY",
            "The key of a managed cluster: SASL_SSL with PLAIN. One without its secret is an error.", values: "text",
            .watched, commands: Command.clients),
        PlatformSetting(
            "kafka.confluent.api-secret", "CONFLUENT_API_SECRET", "The secret that belongs to the key.",
            values: "text", .watched, commands: Command.clients),
        PlatformSetting(
            "kafka.sasl.username", "KAFKA_SASL_USERNAME", "The user name of any other cluster. It means TLS as well.",
            values: "text", .watched, commands: Command.clients),
        PlatformSetting(
            "kafka.sasl.password", "KAFKA_SASL_PASSWORD", "The password that belongs to the user name.",
            values: "text", .watched, commands: Command.clients),
        PlatformSetting(
            "kafka.sasl.mechanism", "KAFKA_SASL_MECHANISM", "How the login is done.",
            values: "PLAIN, SCRAM-SHA-256, SCRAM-SHA-512", default: "PLAIN", commands: Command.clients),
        PlatformSetting(
            "kafka.security-protocol", "KAFKA_SECURITY_PROTOCOL", "Whether connections are encrypted and log in.",
            values: "PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL", default: "what the other settings ask for",
            commands: Command.clients),
        PlatformSetting(
            "kafka.ssl.ca-location", "KAFKA_SSL_CA_LOCATION",
            "The authorities that may sign the brokers' certificates.",
            values: "a PEM file or a directory", default: "those of the system", commands: Command.clients,
            kind: .file),
        PlatformSetting(
            "kafka.ssl.ca-pem", "KAFKA_SSL_CA_PEM", "The same as text in place of a file.", values: "PEM text",
            commands: Command.clients),
        PlatformSetting(
            "kafka.ssl.certificate-location", "KAFKA_SSL_CERTIFICATE_LOCATION",
            "The client's own certificate, for clusters that ask for one (mTLS).", values: "a PEM file",
            commands: Command.clients, kind: .file),
        PlatformSetting(
            "kafka.ssl.key-location", "KAFKA_SSL_KEY_LOCATION", "The key that belongs to it.", values: "a PEM file",
            commands: Command.clients, kind: .file),
        PlatformSetting(
            "kafka.ssl.key-password", "KAFKA_SSL_KEY_PASSWORD", "The password of that key, if it has one.",
            values: "text", .watched, commands: Command.clients),
    ]

    /// Settings by the dozen that are others' to name: a prefix in the file is one in the environment.
    public static let families: [(key: String, variable: String, meaning: String)] = [
        (
            "kafka.client.", "KAFKA_CLIENT_",
            "Any librdkafka property: `KAFKA_CLIENT_COMPRESSION_TYPE=lz4` sets `compression.type`. Those that the guarantees rest on are refused."
        ),
        (
            "broker.properties.", "KAFKA_BROKER_",
            "A property of the embedded broker: `KAFKA_BROKER_NUM_PARTITIONS=12` sets `num.partitions`."
        ),
    ]
}
