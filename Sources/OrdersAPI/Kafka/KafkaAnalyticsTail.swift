import Kafka
import Logging
import OrderEvents

/// Reads what is committed to order-analytics from the end on, in all partitions, without being part of a group.
///
/// Each iteration has a consumer and a thread of its own. Partitions that are added later are found within
/// ``Options/partitionCheckInterval`` and read from their beginning.
public struct KafkaAnalyticsTail: AnalyticsTail {
    /// How patient the tail is.
    public struct Options: Sendable {
        /// The most records handed over at once.
        public var maximumBatch = 2000
        /// How often the topic is asked for new partitions and for its ends.
        public var partitionCheckInterval: Duration = .seconds(10)
        /// How long a partition that has more may deliver nothing.
        public var patience: Duration = .seconds(20)
        /// How long a wait for records lasts at most before it looks whether something is due, as new partitions are.
        public var pollTimeout: Duration = .seconds(1)

        /// What suits a platform on one machine.
        public init() {}
    }

    public typealias Element = TailUpdate
    public typealias Failure = any Error

    private let settings: KafkaSettings
    private let topic: String
    private let clientID: String
    private let options: Options
    private let life: ClientLife
    private let logger: Logger

    /// Contacts no broker yet.
    public init(
        settings: KafkaSettings, topic: String = Topics.orderAnalytics.name, clientID: String = "orders-api-tail",
        options: Options = Options(), clients: ClientBoard = ClientBoard(), logger: Logger
    ) {
        life = clients.life("live tail", logger: logger)
        self.settings = settings
        self.topic = topic
        self.clientID = clientID
        self.options = options
        self.logger = logger
    }

    public func rest() { life.rest() }

    /// Each iterator has a consumer of its own.
    public func makeAsyncIterator() -> Iterator {
        Iterator(settings: settings, topic: topic, clientID: clientID, options: options, life: life, logger: logger)
    }

    /// One follower of the topic.
    public struct Iterator: AsyncIteratorProtocol {
        public typealias Element = TailUpdate
        public typealias Failure = any Error

        let settings: KafkaSettings
        let topic: String
        let clientID: String
        let options: Options
        let life: ClientLife
        let logger: Logger
        private var session: KafkaTailSession?

        init(
            settings: KafkaSettings, topic: String, clientID: String, options: Options, life: ClientLife, logger: Logger
        ) {
            self.life = life
            self.settings = settings
            self.topic = topic
            self.clientID = clientID
            self.options = options
            self.logger = logger
        }

        /// Waits for what comes next; ends when the task is cancelled.
        public mutating func next() async throws -> TailUpdate? {
            do {
                if let session { return try await session.next() }
                let session = try KafkaTailSession(
                    settings: settings, topic: topic, clientID: clientID, options: options, life: life, logger: logger)
                self.session = session
                let start = try await session.start()
                life.succeeded()
                return .positioned(start)
            } catch {
                await session?.close()
                session = nil
                if !Task.isCancelled { life.failed(error) }
                throw error
            }
        }
    }
}
