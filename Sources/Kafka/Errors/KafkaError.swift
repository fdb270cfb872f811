/// What went wrong at the broker, on the way to it, or in a setting.
///
/// Decide by the flags, not by the text. At most one of them is set:
/// - *retriable*: do the same again.
/// - *must abort*: abort the transaction, then process its input again.
/// - *fatal*: this client is of no further use, such as a fenced producer. Close it and use another, or stop.
///
/// With none of them set, the call itself was wrong or refused, and repeating it will not help.
public struct KafkaError: Error, Hashable, Sendable {
    /// The error's kind; compare with the statics of ``Code``.
    public let code: Code
    /// What failed and why, in words. Never contains a secret.
    public let message: String
    /// Where it failed: the operation with its topic, partition, group or setting; nil where the message says it all.
    public let context: String?
    /// The same call may succeed if made again after a short wait.
    public let isRetriable: Bool
    /// The client cannot go on: close it.
    public let isFatal: Bool
    /// The current transaction must be aborted; the client itself can go on.
    public let mustAbortTransaction: Bool

    /// An error; at most one of the flags is set.
    public init(
        code: Code,
        message: String,
        context: String? = nil,
        isRetriable: Bool? = nil,
        isFatal: Bool = false,
        mustAbortTransaction: Bool = false
    ) {
        self.code = code
        self.message = message
        self.context = context
        self.isFatal = isFatal
        self.mustAbortTransaction = mustAbortTransaction && !isFatal
        self.isRetriable = (isRetriable ?? code.isUsuallyRetriable) && !isFatal && !mustAbortTransaction
    }
}

extension KafkaError: CustomStringConvertible {
    /// What failed, where, and with which code.
    public var description: String {
        let place = context.map { "\($0): " } ?? ""
        return "\(place)\(message) (\(code))"
    }
}

extension KafkaError {
    /// The same error with its place named, unless it names one already.
    func at(_ place: @autoclosure () -> String) -> KafkaError {
        guard context == nil else { return self }
        return KafkaError(
            code: code, message: message, context: place(), isRetriable: isRetriable,
            isFatal: isFatal, mustAbortTransaction: mustAbortTransaction)
    }

    static func closed(_ what: String) -> KafkaError { KafkaError(code: .closed, message: "the \(what) is closed") }

    /// Records that failed, as one error: the first one's flags, and how many there were. Its code, too, where that
    /// says more than that they failed: a record that is too large, a client that is of no further use.
    init(failures count: Int, first: KafkaError, in name: String) {
        self.init(
            code: first.code == .messageTooLarge || first.endsClient ? first.code : .deliveryFailed,
            message: "\(count) record(s) did not reach the log, the first for: \(first)", context: name,
            isRetriable: first.isRetriable, isFatal: first.isFatal, mustAbortTransaction: first.mustAbortTransaction)
    }
}
