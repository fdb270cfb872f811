import OrderEvents

/// What one record of a file is.
public enum OrderFileItem: Hashable, Sendable {
    /// - Parameter line: where the record begins, from 1.
    case order(Order, line: Int)
    case rejected(RejectedRecord)
}

/// A record that is no order, and why.
public struct RejectedRecord: Hashable, Sendable {
    /// Where it begins, from 1.
    public let line: Int
    /// What is wrong with the record, for people.
    public let reason: String

    init(line: Int, _ reason: String) {
        self.line = line
        self.reason = reason
    }
}

/// Bounds on what is read.
public enum OrderFileLimits {
    /// The most bytes of a record, or of the lines before the first one. An order has a few hundred.
    public static let maximumRecordBytes = 1 << 20
    /// The most columns of a CSV file.
    public static let maximumColumns = 1_000
}
