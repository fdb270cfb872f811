import KafkaProtocol

/// What went wrong at a broker, on the way to it, or in a setting.
///
/// Decide by the flags, not by the text. At most one of them is set:
/// - *retriable*: do the same again.
/// - *must abort*: abort the transaction, then process its input again.
/// - *fatal*: this client is of no further use, such as a fenced producer. Close it and use another, or stop.
///
/// With none of them set, the call itself was wrong or refused, and repeating it will not help.
public struct ClientError: Error, Hashable, Sendable {
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
        _ code: Code, _ message: String, context: String? = nil, isRetriable: Bool? = nil, isFatal: Bool = false,
        mustAbortTransaction: Bool = false
    ) {
        self.code = code
        self.message = message
        self.context = context
        self.isFatal = isFatal
        self.mustAbortTransaction = mustAbortTransaction && !isFatal
        self.isRetriable = (isRetriable ?? code.isUsuallyRetriable) && !isFatal && !mustAbortTransaction
    }

    /// What a broker answered.
    init(_ error: ErrorCode, _ message: String? = nil, context: String? = nil) {
        self.init(Code(error), message ?? "the broker answers \(error.name)", context: context)
    }
}

extension ClientError: CustomStringConvertible {
    /// What failed, where, and with which code.
    public var description: String {
        let place = context.map { "\($0): " } ?? ""
        return "\(place)\(message) (\(code))"
    }
}

extension ClientError {
    /// The same error with its place named, unless it names one already.
    func at(_ place: @autoclosure () -> String) -> ClientError {
        guard context == nil else { return self }
        return ClientError(
            code, message, context: place(), isRetriable: isRetriable, isFatal: isFatal,
            mustAbortTransaction: mustAbortTransaction)
    }

    /// The same error, which asks for an abort.
    var aborting: ClientError { ClientError(code, message, context: context, mustAbortTransaction: true) }

    /// The same error, after which the client cannot go on.
    var fatal: ClientError { ClientError(code, message, context: context, isFatal: true) }
}
