import OrderEvents

/// Times for people and machines.
enum Moment {
    /// RFC 3339, in UTC.
    static func text(_ millisecondsSinceEpoch: Int64) -> String {
        Timestamp(millisecondsSinceEpoch: millisecondsSinceEpoch).description
    }
}
