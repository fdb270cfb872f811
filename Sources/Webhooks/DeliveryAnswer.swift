/// What an endpoint said to one attempt.
public enum DeliveryAnswer: Hashable, Sendable {
    /// 2xx.
    case delivered(status: Int)
    /// It will not take this body: 400, 413, 415, 422.
    case refused(status: Int)
    /// 410: it wants nothing any more.
    case gone
    /// Anything else, or nothing at all: another attempt may succeed.
    ///
    /// - Parameter retryAfter: seconds that it asks to be left alone for.
    case failed(status: Int?, detail: String, retryAfter: Int?)

    /// The meaning of a status.
    public init(status: Int, retryAfter: String?, by endpoint: String) {
        switch status {
        case 200..<300: self = .delivered(status: status)
        case 400, 413, 415, 422: self = .refused(status: status)
        case 410: self = .gone
        default:
            self = .failed(
                status: status, detail: "\(endpoint) answered \(status)",
                retryAfter: retryAfter.flatMap { Int($0) }.map { min(max($0, 0), 3_600) })
        }
    }
}
