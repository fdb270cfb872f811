import CRdKafka

extension KafkaError {
    /// A Kafka protocol error code (positive), one of librdkafka's own (negative, above -1000),
    /// or one of this module's (below -1000).
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The number, by which part of the range it is whose.
        public let rawValue: Int32

        /// The code with this number.
        public init(rawValue: Int32) { self.rawValue = rawValue }

        init(_ error: rd_kafka_resp_err_t) { rawValue = error.rawValue }
    }
}

extension KafkaError.Code {
    // This module's own.

    /// A setting is unknown or its value is refused; the message names the setting.
    public static let invalidSetting = Self(rawValue: -10_001)
    /// The client was closed.
    public static let closed = Self(rawValue: -10_002)
    /// One or more records given to `produce` did not reach the log; thrown by `flush`.
    public static let deliveryFailed = Self(rawValue: -10_003)

    /// A client failed for a reason that is no error of Kafka's.
    public static let clientFailed = Self(rawValue: -10_004)
    /// A reader gets nothing although there is something: see ``ReaderWatch``.
    public static let readerStalled = Self(rawValue: -10_005)
    /// A topic was deleted and made again under its reader, or the cluster is another one.
    public static let logReplaced = Self(rawValue: -10_006)

    // librdkafka's.

    /// No connection to the broker, or it broke.
    public static let transport = Self(RD_KAFKA_RESP_ERR__TRANSPORT)
    /// None of the brokers can be reached.
    public static let allBrokersDown = Self(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
    /// The broker's host name does not resolve.
    public static let resolve = Self(RD_KAFKA_RESP_ERR__RESOLVE)
    /// User name or password refused, or no mechanism in common.
    public static let authentication = Self(RD_KAFKA_RESP_ERR__AUTHENTICATION)
    /// The TLS connection did not come to stand.
    public static let tls = Self(RD_KAFKA_RESP_ERR__SSL)
    /// Whether a connection did not come to stand, or broke.
    public var isOfConnection: Bool { [.transport, .resolve, .authentication, .tls].contains(self) }

    /// No answer within the call's time.
    public static let timedOut = Self(RD_KAFKA_RESP_ERR__TIMED_OUT)
    /// A record was not acknowledged within `message.timeout.ms`.
    public static let messageTimedOut = Self(RD_KAFKA_RESP_ERR__MSG_TIMED_OUT)
    /// The producer's queue is full: wait, or let `produce` wait.
    public static let queueFull = Self(RD_KAFKA_RESP_ERR__QUEUE_FULL)
    /// The call does not fit the client's present state (no transaction begun, say).
    public static let state = Self(RD_KAFKA_RESP_ERR__STATE)
    /// A fatal error was raised earlier.
    public static let fatal = Self(RD_KAFKA_RESP_ERR__FATAL)
    /// Another producer with the same transactional id took over.
    public static let fenced = Self(RD_KAFKA_RESP_ERR__FENCED)
    /// An argument is out of range.
    public static let invalidArgument = Self(RD_KAFKA_RESP_ERR__INVALID_ARG)
    /// The topic has no such partition.
    public static let unknownPartition = Self(RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION)
    /// There is no such topic (known to the client without asking the broker).
    public static let unknownTopic = Self(RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC)
    /// A batch's checksum is wrong, or it breaks the format.
    public static let badMessage = Self(RD_KAFKA_RESP_ERR__BAD_MSG)
    /// A batch cannot be decompressed.
    public static let badCompression = Self(RD_KAFKA_RESP_ERR__BAD_COMPRESSION)
    /// The client is not part of a group.
    public static let unknownGroup = Self(RD_KAFKA_RESP_ERR__UNKNOWN_GROUP)
    /// The consumer reached the end of a partition.
    public static let partitionEnd = Self(RD_KAFKA_RESP_ERR__PARTITION_EOF)
    /// `max.poll.interval.ms` passed without a poll: the consumer left its group.
    public static let maxPollExceeded = Self(RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED)
    /// No offset to start from and `auto.offset.reset=error`, or the offset is out of range.
    public static let autoOffsetReset = Self(RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET)
    /// The broker does not offer what was asked for.
    public static let unsupportedFeature = Self(RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE)

    // Kafka's.

    /// No such topic, or no such partition of it.
    public static let unknownTopicOrPartition = Self(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
    /// A topic of this name is there already.
    public static let topicAlreadyExists = Self(RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
    /// The record or its batch is larger than the topic takes.
    public static let messageTooLarge = Self(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE)
    /// The log has no record at this offset.
    public static let offsetOutOfRange = Self(RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE)
    /// The client has no right on the topic.
    public static let topicAuthorizationFailed = Self(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
    /// The client has no right on the group.
    public static let groupAuthorizationFailed = Self(RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED)
    /// The client has no right on the cluster itself.
    public static let clusterAuthorizationFailed = Self(RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED)
    /// The client has no right on the transactional id.
    public static let transactionalIDAuthorizationFailed = Self(
        RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED)
    /// A newer producer with this identity is at work.
    public static let invalidProducerEpoch = Self(RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH)
    /// The coordinator has forgotten the transactional id, or gave its producer id to another producer.
    public static let invalidProducerIDMapping = Self(RD_KAFKA_RESP_ERR_INVALID_PRODUCER_ID_MAPPING)
    /// The partition's leader has forgotten the producer.
    public static let unknownProducerID = Self(RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID)
    /// A newer producer with this transactional id is at work.
    public static let producerFenced = Self(RD_KAFKA_RESP_ERR_PRODUCER_FENCED)
    /// The group has gone on without this member.
    public static let illegalGeneration = Self(RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION)
    /// The group does not know this member.
    public static let unknownMember = Self(RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID)
    /// The group is sharing out its partitions.
    public static let rebalanceInProgress = Self(RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS)
    /// The producer's last transaction is still being ended.
    public static let concurrentTransactions = Self(RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS)
}

extension KafkaError.Code: CustomStringConvertible {
    /// librdkafka's short name of the code, such as `_TRANSPORT` or `TOPIC_ALREADY_EXISTS`.
    public var name: String {
        switch self {
        case .invalidSetting: "INVALID_SETTING"
        case .closed: "CLOSED"
        case .deliveryFailed: "DELIVERY_FAILED"
        case .clientFailed: "CLIENT_FAILED"
        case .readerStalled: "READER_STALLED"
        case .logReplaced: "LOG_REPLACED"
        default: String(cString: rd_kafka_err2name(rd_kafka_resp_err_t(rawValue)))
        }
    }

    /// librdkafka's name of the error.
    public var description: String { name }
}
