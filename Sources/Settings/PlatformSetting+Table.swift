extension PlatformSetting {
    /// Every setting, in the order of the page.
    public static let all =
        general + tracing + httpAccess + broker + brokerAccess + orders + kafka + security + services + store

    static let general: [PlatformSetting] = [
        PlatformSetting(
            "data-dir", "ORDERS_DATA_DIR", flag: "--data-dir", "Where log, state and store are kept.",
            values: "a directory", default: "./data", reading: .flag, commands: Command.everything.subtracting([.bench])
        ),
        PlatformSetting(
            "log.level", "LOG_LEVEL", flag: "--log-level", "How much is logged.",
            values: "trace, debug, info, notice, warning, error, critical", default: "notice",
            commands: Command.everything,
            kind: .oneOf(["trace", "debug", "info", "notice", "warning", "error", "critical"])),
        PlatformSetting(
            "log.format", "LOG_FORMAT", flag: "--log-format", "In which form it is logged.", values: "text, json",
            default: "text on a terminal, else json", commands: Command.everything, kind: .oneOf(["text", "json"])),
        PlatformSetting(
            "http.listen", "ORDERS_HTTP", flag: "--http", "Where the API and the dashboard listen.",
            values: "HOST:PORT", default: "127.0.0.1:8080", reading: .flag, commands: [.up, .api],
            kind: .address),
        PlatformSetting(
            "http.web", "ORDERS_WEB", "The dashboard's bundle.", values: "a directory",
            default: "Web/dist beside or above the binary", commands: [.up, .api]),
        PlatformSetting(
            "metrics.listen", "METRICS_LISTEN", flag: "--metrics",
            "Where a process that runs alone has a [metrics page](METRICS.md). Elsewhere than on loopback it needs the token.",
            values: "HOST:PORT", default: "none: there is no page", commands: Command.services.union([.broker]),
            kind: .address),
        PlatformSetting(
            "metrics.token", "METRICS_TOKEN",
            "What Prometheus has to show as a bearer token at that page.", values: "16 characters or more", .secret,
            commands: Command.services.union([.broker])),
        PlatformSetting(
            "reconciler", "RECONCILER", flag: "--no-reconciler",
            "The check beside the flow, in the API's process. The flag switches it off.", values: "on, off",
            default: "on", commands: [.up, .api], kind: .oneOf(["on", "off"])),
    ]

    static let broker: [PlatformSetting] = [
        PlatformSetting(
            "broker.listen", "ORDERS_BROKER_LISTEN", flag: "--kafka", "Where the embedded broker listens.",
            values: "HOST:PORT, loopback only", default: "127.0.0.1:9092", reading: .flag, commands: [.up, .broker],
            kind: .address),
        PlatformSetting(
            "broker.advertise", "ORDERS_BROKER_ADVERTISE", flag: "--advertise",
            "The address that clients are given, if a forwarder stands before the broker.",
            values: "HOST:PORT, loopback only", default: "where it listens", reading: .flag, commands: [.broker],
            kind: .address),
        PlatformSetting(
            "broker.journal-size", "ORDERS_BROKER_JOURNAL_SIZE", flag: "--journal-size",
            "The size of one journal file. There are two or three.", values: "16 to 1024 MiB", default: "64",
            reading: .flag, commands: [.broker], kind: .integer(16...1_024)),
    ]

    static let orders: [PlatformSetting] = [
        PlatformSetting(
            "orders.rate", "ORDERS_RATE", flag: "--rate",
            "Orders a second that are made. With `max`, at most 100,000 orders wait.",
            values: "0.001 to 10000000, max", default: "0.5", reading: .flag, commands: [.up, .producer]),
        PlatformSetting(
            "orders.count", "ORDERS_COUNT", flag: "--count", "Stop making orders after this many. 0 makes none.",
            values: "0 or more", default: "no end", reading: .flag, commands: [.up, .producer],
            kind: .integer(0...Int.max)),
        PlatformSetting(
            "orders.seed", "ORDERS_SEED", flag: "--seed", "The same seed makes the same orders.", values: "0 or more",
            default: "1", reading: .flag, commands: [.up, .producer], kind: .integer(0...Int.max)),
    ]

    static let services: [PlatformSetting] = [
        PlatformSetting(
            "payments.latency-ms", "PAYMENT_LATENCY_MS", flag: "--payment-latency",
            "How long the simulated payment processor takes.", values: "0 to 60000 ms", default: "0",
            commands: [.up, .payments], kind: .integer(0...60_000)),
        PlatformSetting(
            "payments.decline-rate", "PAYMENT_DECLINE_RATE", flag: "--decline-rate",
            "The share of charges that it declines.", values: "0 to 1", default: "0.05", commands: [.up, .payments],
            kind: .number(0...1)),
        PlatformSetting(
            "payments.gateway-url", "PAYMENT_GATEWAY_URL",
            "A real payment processor. The URL may hold a token: only scheme, host and port are shown.",
            values: "an http or https URL", .secret, commands: [.up, .payments, .doctor], kind: .url),
        PlatformSetting(
            "payments.timeout-ms", "PAYMENT_TIMEOUT_MS", "How long one charge may take.", values: "1 to 30000 ms",
            default: "10000", commands: [.up, .payments], kind: .integer(1...30_000)),
        PlatformSetting(
            "payments.concurrency", "PAYMENT_GATEWAY_CONCURRENCY",
            "Charges under way at once. A transaction holds four times as many.", values: "1 to 1024", default: "64",
            commands: [.up, .payments], kind: .integer(1...1_024)),
        PlatformSetting(
            "alerts.webhook-url", "ALERT_WEBHOOK_URL",
            "Where fraud alerts are posted. The URL may hold a token: only scheme, host and port are shown.",
            values: "an http or https URL", .secret, commands: [.up, .alerting, .doctor], kind: .url),
        PlatformSetting(
            "alerts.webhook-secret", "ALERT_WEBHOOK_SECRET",
            "Signs posted alerts (Standard Webhooks). Without it they are not signed.",
            values: "whsec_ and the Base64 of 24 to 64 bytes", .secret, commands: [.up, .alerting]),
        PlatformSetting(
            "webhooks.endpoints", "WEBHOOK_ENDPOINTS", flag: "--webhooks",
            "The file of endpoints that outcomes of orders are posted to. Without it the service does not run.",
            values: "a JSON file", commands: [.up, .webhooks], kind: .file),
        PlatformSetting(
            "webhooks.endpoints-json", "WEBHOOK_ENDPOINTS_JSON",
            "The text of such a file, where none can be put beside the program. Not both.",
            values: "as the file", .secret, commands: [.up, .webhooks]),
    ]
}
