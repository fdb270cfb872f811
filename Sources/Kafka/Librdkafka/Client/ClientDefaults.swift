/// A property that this module sets unless somebody asks otherwise, and why.
struct ClientDefault {
    let name: String
    let value: String
    let reason: String
    /// The first librdkafka that has the property, as `rd_kafka_version` tells it: older ones are not asked for it.
    /// Nil: all that are supported.
    let since: Int32?

    init(_ name: String, _ value: String, since: Int32? = nil, _ reason: String) {
        self.name = name
        self.value = value
        self.since = since
        self.reason = reason
    }

    /// Whether a librdkafka of this version has the property.
    func isKnown(to version: Int32) -> Bool { since.map { version >= $0 } ?? true }
}

extension ClientDefault {
    static let all: [ClientDefault] = [
        .init("socket.nagle.disable", "true", "small requests (AddPartitionsToTxn, EndTxn, Fetch) leave at once"),
        .init("socket.keepalive.enable", "true", "a silently cut connection is noticed"),
        .init("socket.connection.setup.timeout.ms", "8000", "a host that is silent is reported within 10 s, not 30 s"),
        .init("reconnect.backoff.ms", "50", "a restarted broker is found again at once"),
        .init(
            "reconnect.backoff.max.ms", "1000",
            "librdkafka's 10 s would leave a service idle for that long after its broker is back"),
        .init("retry.backoff.ms", "20", "a retried request (100 ms by default) sits in the path of a transaction"),
        .init(
            "topic.metadata.refresh.fast.interval.ms", "50",
            "a topic without a known leader is asked for again at this interval (250 ms by default), doubling"),
        .init("log.connection.close", "false", "an idle connection that the broker closes is no news"),
        .init("topic.metadata.propagation.max.ms", "10000", "a misspelt topic is an error after 10 s, not 30 s"),
        // What differs by version: pinned, so that the platform behaves alike on every system.
        .init(
            "retry.backoff.max.ms", "100", since: 0x0203_0000,
            "2.0 waits 20 ms before every retry, 2.3 doubles that up to 1 s, which would hold up a transaction"),
        .init(
            "enable.metrics.push", "false", since: 0x0205_0000,
            "2.5 sends its own metrics to brokers that take them: a connection's work that nobody asked for"),
    ]

    static let consumer: [ClientDefault] = [
        .init("isolation.level", "read_committed", "records of aborted and open transactions are not seen"),
        .init("auto.offset.reset", "earliest", "a new group starts with the oldest record and loses nothing"),
        .init("partition.assignment.strategy", "range", "the same partition number of each topic: joins"),
        .init(
            "fetch.wait.max.ms", "100",
            """
            data is sent the moment it is there, so this adds nothing to a record's way; but a Fetch that waits holds \
            up a newly assigned, resumed or sought partition, and offset queries on the same connection
            """),
        .init("fetch.error.backoff.ms", "50", "500 ms by default, after every leader change or missing topic"),
        .init(
            "queued.min.messages", "20000",
            "read-ahead for the whole consumer (100,000 by default); small is fast too, thanks to FetchWaker"),
        .init(
            "queued.max.messages.kbytes", "16384",
            "the same in KiB (64 MiB by default): bounds memory with large records"),
        .init("fetch.max.bytes", "8388608", "one answer's size (50 MiB by default): comes on top of the read-ahead"),
        .init(
            "fetch.queue.backoff.ms", "2", since: 0x0202_0000,
            """
            how long a partition is not asked for after the read-ahead was full: 1 s by default, in which a fast reader stands still. \
            FetchWaker does not shorten it. Measured on 2 cores: 18,000 orders/s with 1 s, 45,000 with 2 ms
            """),
        .init(
            "group.protocol", "classic", since: 0x0204_0000,
            "the consumer protocol of KIP-848 is offered from 2.4 on; topics are joined by the range assignor, which is classic's"
        ),
        .init(
            "heartbeat.interval.ms", "500",
            "a member learns of a rebalance from a heartbeat's answer: 3 s by default until a new member gets work"),
        .init("session.timeout.ms", "10000", "a killed member's partitions move on after 10 s, not 45 s"),
        .init("coordinator.query.interval.ms", "60000", "10 min by default"),
    ]

    static let producer: [ClientDefault] = [
        .init("enable.idempotence", "true", "a retry never duplicates or reorders"),
        .init("acks", "all", "acknowledged means in the log"),
        .init("partitioner", "murmur2_random", "the Java client's: a key meets its like whatever wrote it"),
        .init("queue.buffering.max.messages", "200000", "bounds what is on its way"),
        .init("queue.buffering.max.kbytes", "131072", "bounds it in KiB (1 GiB by default)"),
    ]

    /// On top of `producer`, which goes first.
    static let plainProducer: [ClientDefault] = [
        .init(
            "linger.ms", "0",
            "send at once; under load batches still form while a request is under way. 5 ms saves CPU where only rate counts"
        ),
        .init("message.timeout.ms", "30000", "a caller learns within 30 s that the log is away, not in 5 min"),
    ]

    /// On top of `producer`, which goes first. `message.timeout.ms` is left to librdkafka, which takes the
    /// transaction's.
    static let transactionalProducer: [ClientDefault] = [
        .init(
            "transaction.timeout.ms", "10000",
            "a killed producer's open transaction holds up read_committed consumers this long (60 s by default)"),
        .init("linger.ms", "5", "a commit flushes at once anyway; until then, larger batches"),
    ]
}
