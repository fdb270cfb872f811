extension PlatformSetting {
    /// Tracing has the names that OpenTelemetry gives its settings.
    static let tracing: [PlatformSetting] = [
        PlatformSetting(
            "tracing.endpoint", "OTEL_EXPORTER_OTLP_ENDPOINT",
            "The collector of traces, which is sent OTLP. `/v1/traces` is added. Without it nothing is traced.",
            values: "an http or https URL", commands: traced, kind: .url),
        PlatformSetting(
            "tracing.headers", "OTEL_EXPORTER_OTLP_HEADERS", "Headers for the collector, with its credentials.",
            values: "name=value,name=value, values percent-encoded", .secret, commands: traced),
        PlatformSetting(
            "tracing.protocol", "OTEL_EXPORTER_OTLP_PROTOCOL", "How the collector is spoken to.",
            values: "http/protobuf", default: "http/protobuf", commands: traced, kind: .oneOf(["http/protobuf"])),
        PlatformSetting(
            "tracing.sampler", "OTEL_TRACES_SAMPLER",
            "Which traces are recorded.",
            values: samplers.joined(separator: ", "), default: "parentbased_always_on", commands: traced,
            kind: .oneOf(samplers)),
        PlatformSetting(
            "tracing.sampler-arg", "OTEL_TRACES_SAMPLER_ARG", "The share of traces that a `traceidratio` records.",
            values: "0 to 1", default: "1", commands: traced, kind: .number(0...1)),
        PlatformSetting(
            "tracing.service-name", "OTEL_SERVICE_NAME", "The name of the process in its spans.", values: "a name",
            default: "each service's own", commands: traced),
        PlatformSetting(
            "tracing.attributes", "OTEL_RESOURCE_ATTRIBUTES", "What else the spans say of the process.",
            values: "name=value,name=value, values percent-encoded", commands: traced),
    ]

    private static let traced = Command.services.union([.up])
    private static let samplers = [
        "always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off",
        "parentbased_traceidratio",
    ]
}
