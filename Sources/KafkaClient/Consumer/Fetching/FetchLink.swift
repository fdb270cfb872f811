/// A consumer's fetching from one broker: at most one request at a time, in a session.
struct FetchLink {
    /// What was asked for of a partition: an answer counts only if nothing has changed since.
    struct Asked: Hashable {
        var turn: UInt64
        var offset: Int64
    }

    var session = FetchSession()
    /// A request is on its way.
    var isWaiting = false
    /// Of the request that is on its way, once it was made.
    var asked: [TopicPartition: Asked] = [:]
    /// Bytes that the answer may have.
    var expectedBytes = 0
    /// Bytes of records that the last answer had; nil: there was none, or a poll has found nothing since.
    var answeredBytes: Int?
    /// So many answers in a row had no records, with the same being asked for.
    var emptyAnswers = 0
    var retryAt: Int64 = 0
    var attempts = 0

    /// - Parameter bytes: of records.
    mutating func answered(bytes: Int) {
        answeredBytes = bytes
        emptyAnswers = bytes == 0 ? emptyAnswers + 1 : 0
    }
}
