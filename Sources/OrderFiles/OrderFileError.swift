/// Why a file of orders cannot be read at all, or not any further. What is wrong with one of its records is a
/// ``RejectedRecord``.
public struct OrderFileError: Error, Hashable, Sendable {
    /// Why a file cannot be read to its end.
    public enum Code: Hashable, Sendable {
        /// It is a file of another kind, such as a workbook or a picture.
        case notAnOrderFile
        /// The first line does not name the columns that an order needs.
        case wrongHeader
        /// From here on nobody can tell where a record begins.
        case structureLost
        /// A compressed file is damaged or cut off.
        case damaged
    }

    /// The kind of the failure.
    public let code: Code
    /// The line that it is about, from 1; nil for the file as a whole.
    public let line: Int?
    /// What is wrong and what to do, without the file's name.
    public let message: String

    init(_ code: Code, line: Int? = nil, _ message: String) {
        self.code = code
        self.line = line
        self.message = message
    }

    /// Always false: the same bytes will fail again.
    public var isRetriable: Bool { false }
}

extension OrderFileError: CustomStringConvertible {
    /// The reason, after the line where it is known.
    public var description: String { line.map { "line \($0): \(message)" } ?? message }
}
