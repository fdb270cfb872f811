import CRdKafka

/// A librdkafka configuration on its way to a client.
struct ClientConfiguration: ~Copyable {
    private let conf: OpaquePointer

    init() { conf = rd_kafka_conf_new() }

    deinit { rd_kafka_conf_destroy(conf) }

    /// The layers, weakest first: this module's defaults, the client's own options, the user's overrides,
    /// and last what the guarantees need.
    init(
        defaults: [ClientDefault], settings: KafkaSettings, options: [String: String], fixed: [(String, String)]
    ) throws(KafkaError) {
        self.init()
        let version = rd_kafka_version()
        for property in defaults where property.isKnown(to: version) { try set(property.name, property.value) }
        for (name, value) in options.sorted(by: { $0.key < $1.key }) { try set(name, value) }
        try set("bootstrap.servers", settings.bootstrapServers)
        for (name, value) in try settings.security.properties() { try set(name, value) }
        for (name, value) in settings.overrides.sorted(by: { $0.key < $1.key }) { try set(name, value) }
        for (name, value) in fixed { try set(name, value) }
    }

    func set(_ name: String, _ value: String) throws(KafkaError) {
        if let reason = Self.refusal(conf, name, value) {
            throw KafkaError(code: .invalidSetting, message: reason, context: "setting \(name)")
        }
    }

    /// A property's value as it stands; nil: no such property. Secrets come as librdkafka shows them.
    subscript(_ name: String) -> String? {
        var size = 512
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: size) { buffer in
            guard rd_kafka_conf_get(conf, name, buffer.baseAddress, &size) == RD_KAFKA_CONF_OK else { return nil }
            return String(cString: buffer.baseAddress!)
        }
    }

    /// The bare configuration, for callbacks.
    func withPointer(_ body: (OpaquePointer) -> Void) { body(conf) }

    /// Makes the client. The context is retained for it; whoever destroys the client releases it.
    consuming func makeClient(_ kind: rd_kafka_type_t, context: ClientContext) throws(KafkaError) -> OpaquePointer {
        let opaque = Unmanaged.passRetained(context)
        rd_kafka_conf_set_opaque(conf, opaque.toOpaque())
        rd_kafka_conf_set_log_cb(conf, ClientContext.logCallback)
        rd_kafka_conf_set_error_cb(conf, ClientContext.errorCallback)
        rd_kafka_conf_set_throttle_cb(conf, ClientContext.throttleCallback)
        // Fails only where librdkafka was built without TLS; a client that needs it is then refused below.
        _ = rd_kafka_conf_set_ssl_cert_verify_cb(conf, ClientContext.certificateCallback)
        // rd_kafka_new takes the configuration over only if it succeeds, so it gets a copy.
        let copy = rd_kafka_conf_dup(conf)
        rd_kafka_conf_interceptor_add_on_new(copy, "status", ClientContext.onNew, opaque.toOpaque())
        var reason = [CChar](repeating: 0, count: 512)
        guard let client = rd_kafka_new(kind, copy, &reason, reason.count) else {
            // The copy stays, some kilobytes: librdkafka has freed its interceptors already, and would free them again
            // (rd_kafka_new and rd_kafka_conf_destroy, seen in 2.0.2). What cannot be made is seldom tried again.
            opaque.release()
            let message = reason.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
            throw KafkaError(
                code: .invalidSetting, message: CertificateFileFlaw.explain(message), context: context.name)
        }
        return client
    }

    /// Whether librdkafka takes a property with this value; throws an error that names the environment variable.
    static func check(_ property: String, _ value: String, variable: String) throws(KafkaError) {
        let conf = rd_kafka_conf_new()!
        defer { rd_kafka_conf_destroy(conf) }
        if let reason = refusal(conf, property, value) {
            throw KafkaError(code: .invalidSetting, message: reason, context: variable)
        }
    }

    private static func refusal(_ conf: OpaquePointer, _ name: String, _ value: String) -> String? {
        var reason = [CChar](repeating: 0, count: 512)
        switch rd_kafka_conf_set(conf, name, value, &reason, reason.count) {
        case RD_KAFKA_CONF_OK:
            return nil
        case RD_KAFKA_CONF_UNKNOWN:
            return "librdkafka \(String(cString: rd_kafka_version_str())) has no property \"\(name)\""
        default:
            // librdkafka's reason quotes the value.
            if KafkaSettings.isSecret(name) { return "the value (not shown) is not one that \"\(name)\" takes" }
            let why = reason.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
            return "\"\(value)\" will not do for \"\(name)\": \(why)"
        }
    }
}
