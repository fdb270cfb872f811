/// Why bytes could not be read as a Kafka message. Whoever sent them has lost its framing, so the only
/// safe answer is to close that connection.
package enum WireError: Error, Hashable, Sendable {
    /// The message ends before the field does.
    case truncated(needed: Int, available: Int)
    /// A length or count below what its field allows (-1, null, is allowed only for nullable fields).
    case negativeLength(Int)
    /// An array claims more elements than the rest of the message could hold.
    case countExceedsFrame(count: Int, available: Int)
    /// The arrays of one message together have more elements than ``WireReader/maximumElements``.
    case tooManyElements(limit: Int)
    /// A variable-length integer that does not end within its type's width.
    case varintTooLong
    /// A string of more than 32,767 bytes.
    case stringTooLong(Int)
    /// A string that is not UTF-8.
    case invalidUTF8
    /// Bytes remain after the last field.
    case trailingBytes(Int)
    /// An API that is not served.
    case unknownAPIKey(Int16)
    /// A known API in a version that it does not have here.
    case unsupportedVersion(API, Int16)
}

extension WireError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .truncated(let needed, let available):
            "the message is cut short: a field needs \(needed) bytes, \(available) are left"
        case .negativeLength(let length):
            "a field has the impossible length \(length)"
        case .countExceedsFrame(let count, let available):
            "an array claims \(count) elements in \(available) bytes"
        case .tooManyElements(let limit):
            "the message has more than \(limit) array elements"
        case .varintTooLong:
            "a variable-length integer does not end"
        case .stringTooLong(let length):
            "a string of \(length) bytes is too long"
        case .invalidUTF8:
            "a string is not UTF-8"
        case .trailingBytes(let count):
            "\(count) bytes follow the end of the message"
        case .unknownAPIKey(let key):
            "unknown API key \(key)"
        case .unsupportedVersion(let api, let version):
            "\(api) version \(version) is not supported"
        }
    }
}
