import KafkaProtocol

extension ClientError {
    /// An error code of the Kafka protocol (positive, and -1), or one of the client's own (below -1).
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The number.
        public let rawValue: Int32

        /// The code with this number.
        public init(rawValue: Int32) { self.rawValue = rawValue }

        init(_ error: ErrorCode) { rawValue = Int32(error.rawValue) }

        /// The protocol's code; nil for the client's own.
        var answered: ErrorCode? { Int16(exactly: rawValue).flatMap(ErrorCode.init(rawValue:)) }
    }
}

extension ClientError.Code {
    /// A setting is unknown or its value is refused; the message names the setting.
    public static let invalidSetting = Self(rawValue: -1001)
    /// The client was closed.
    public static let closed = Self(rawValue: -1002)
    /// No connection to the broker, or it broke.
    public static let transport = Self(rawValue: -1003)
    /// The broker's host name does not resolve.
    public static let resolve = Self(rawValue: -1004)
    /// User name or password refused, or no mechanism in common.
    public static let authentication = Self(rawValue: -1005)
    /// The TLS connection did not come to stand.
    public static let tls = Self(rawValue: -1006)
    /// No answer within the call's time.
    public static let timedOut = Self(rawValue: -1007)
    /// The broker sent something that is not the Kafka protocol.
    public static let protocolViolation = Self(rawValue: -1008)
    /// The broker does not offer what is needed, in no common version.
    public static let unsupportedFeature = Self(rawValue: -1009)
    /// The call does not fit the client's present state, such as no transaction begun.
    public static let state = Self(rawValue: -1010)
    /// The producer's memory is full: wait, or let the call wait.
    public static let bufferFull = Self(rawValue: -1011)
    /// A record is larger than `max.request.size`.
    public static let recordTooLarge = Self(rawValue: -1012)
    /// The topic has no such partition.
    public static let unknownPartition = Self(rawValue: -1013)
    /// A record was not acknowledged within `delivery.timeout.ms`.
    public static let deliveryTimedOut = Self(rawValue: -1014)
    /// A batch's bytes are not what the format asks for.
    public static let badBatch = Self(rawValue: -1015)
}

extension ClientError.Code: CustomStringConvertible {
    /// The code's name, as Kafka writes it where it is Kafka's.
    public var description: String {
        switch self {
        case .invalidSetting: "INVALID_SETTING"
        case .closed: "CLOSED"
        case .transport: "TRANSPORT"
        case .resolve: "RESOLVE"
        case .authentication: "AUTHENTICATION"
        case .tls: "TLS"
        case .timedOut: "TIMED_OUT"
        case .protocolViolation: "PROTOCOL_VIOLATION"
        case .unsupportedFeature: "UNSUPPORTED_FEATURE"
        case .state: "STATE"
        case .bufferFull: "BUFFER_FULL"
        case .recordTooLarge: "RECORD_TOO_LARGE"
        case .unknownPartition: "UNKNOWN_PARTITION"
        case .deliveryTimedOut: "DELIVERY_TIMED_OUT"
        case .badBatch: "BAD_BATCH"
        default: answered?.name ?? "\(rawValue)"
        }
    }

    /// What `isRetriable` is where nothing else is said.
    public var isUsuallyRetriable: Bool {
        switch self {
        case .transport, .resolve, .timedOut, .bufferFull, .deliveryTimedOut: true
        default: answered?.isRetriable ?? false
        }
    }
}
