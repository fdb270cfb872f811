import Foundation

/// When a document is deleted by the server.
public enum Expiry: Hashable, Sendable {
    case never
    /// So long from now.
    case after(Duration)
    /// At this time.
    case at(Date)

    /// Up to here the server takes a number for seconds from now, above it for a time.
    private static let longestRelative: Int64 = 30 * 24 * 3_600

    /// The number for the wire.
    /// - Throws: ``CouchbaseError/Code/invalidArgument`` for what has passed, or lies beyond 32 bits of seconds.
    func encoded(now: Date) throws(CouchbaseError) -> UInt32 {
        switch self {
        case .never: return 0
        case .after(let duration):
            // A part of a second counts as a whole: 0 would say "never".
            let seconds = duration.components.seconds + (duration.components.attoseconds > 0 ? 1 : 0)
            guard seconds > 0 else { throw Self.passed }
            if seconds <= Self.longestRelative { return UInt32(seconds) }
            return try Self.absolute(now.timeIntervalSince1970.rounded(.up) + Double(seconds))
        case .at(let date):
            guard date > now else { throw Self.passed }
            return try Self.absolute(date.timeIntervalSince1970.rounded(.up))
        }
    }

    private static let passed = CouchbaseError(.invalidArgument, "an expiry has to lie in the future")

    private static func absolute(_ seconds: Double) throws(CouchbaseError) -> UInt32 {
        guard seconds > Double(longestRelative), seconds <= Double(UInt32.max) else {
            throw CouchbaseError(.invalidArgument, "an expiry of \(seconds) seconds after 1970 cannot be sent")
        }
        return UInt32(seconds)
    }
}
