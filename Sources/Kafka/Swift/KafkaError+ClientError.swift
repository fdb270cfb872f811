import KafkaClient

extension KafkaError {
    /// The client's error in the terms by which the loop decides. The flags mean the same in both.
    ///
    /// - Parameters:
    ///   - operation: where it failed, unless the error says so.
    ///   - connection: why there is no connection, if there is none: a call that only ran out of time does not know.
    init(_ error: ClientError, in operation: String? = nil, connection: ClientError? = nil) {
        var message = error.code == .invalidSetting ? Self.variables(in: error.message) : error.message
        if error.code == .timedOut, let connection, !message.contains(connection.message) {
            message += "; \(connection.message)"
        }
        let places = [operation, error.context.map { Self.spelled($0) }].compactMap(\.self)
        self.init(
            code: Self.code(error.code), message: message,
            context: places.isEmpty ? nil : places.joined(separator: ": "), isRetriable: error.isRetriable,
            isFatal: error.isFatal, mustAbortTransaction: error.mustAbortTransaction)
    }

    /// The settings of files by the names that this module has for them.
    private static func variables(in message: String) -> String {
        let names = [
            "ssl.truststore.location": "KAFKA_SSL_CA_LOCATION", "ssl.keystore.key": "KAFKA_SSL_KEY_LOCATION",
            "ssl.keystore.certificate.chain": "KAFKA_SSL_CERTIFICATE_LOCATION",
            "ssl.key.password": "KAFKA_SSL_KEY_PASSWORD",
        ]
        return names.reduce(message) { $0.replacing($1.key, with: $1.value) }
    }

    /// The error of a poll. A position that the log does not have gets the code and the place by which the loop finds
    /// out what was cut away.
    init(reading error: ClientError, _ assignment: [KafkaClient.TopicPartition], in name: String) {
        guard error.code.rawValue == Kafka.KafkaError.Code.offsetOutOfRange.rawValue else {
            self.init(error, in: name)
            return
        }
        let place = assignment.first { error.context?.hasSuffix(": \($0)") ?? false }.map(Kafka.TopicPartition.init)
        self.init(
            code: .autoOffsetReset, message: error.message,
            context: "\(name) \(place.map { "\($0)" } ?? error.context ?? "")", isRetriable: false)
    }

    private static func code(_ code: ClientError.Code) -> KafkaError.Code {
        switch code {
        case .invalidSetting: .invalidSetting
        case .closed: .closed
        case .transport: .transport
        case .resolve: .resolve
        case .authentication: .authentication
        case .tls: .tls
        case .timedOut: .timedOut
        case .protocolViolation: .clientFailed
        case .unsupportedFeature: .unsupportedFeature
        case .state: .state
        case .bufferFull: .queueFull
        case .recordTooLarge: .messageTooLarge
        case .unknownPartition: .unknownPartition
        case .deliveryTimedOut: .messageTimedOut
        case .badBatch: .badMessage
        // Kafka's own have the same numbers.
        default: KafkaError.Code(rawValue: code.rawValue)
        }
    }

    /// Partitions as the platform writes them, `orders[3]`: so the topic's name is a word of its own, by which a
    /// missing right is explained.
    private static func spelled(_ text: String) -> String {
        text.split(separator: " ", omittingEmptySubsequences: false).map { word in
            let bare = word.hasSuffix(":") ? word.dropLast() : word
            guard let dash = bare.lastIndex(of: "-"), dash > bare.startIndex else { return String(word) }
            let number = bare[bare.index(after: dash)...]
            guard !number.isEmpty, number.allSatisfy(\.isNumber) else { return String(word) }
            return "\(bare[..<dash])[\(number)]\(word.hasSuffix(":") ? ":" : "")"
        }.joined(separator: " ")
    }
}
