import Foundation

/// The audit log as a file of JSON lines, which its owner alone can read. Opened for each record: acts of people are
/// rare, and a file that was moved away by a log rotation is simply made again. Blocking.
public struct AuditFile: Sendable {
    /// Where it is.
    public let path: String

    /// A file that need not be there yet.
    public init(path: String) { self.path = path }

    /// Adds a record, in one write: records of several processes do not mix.
    public func append(_ record: AuditRecord) throws {
        let bytes = Array(try record.line().utf8)
        let file = open(path, O_CREAT | O_APPEND | O_WRONLY | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure }
        defer { close(file) }
        guard FileStatus.writeAll(bytes, to: file) else { throw failure }
    }

    private var failure: APIAccessError {
        APIAccessError("the audit log \(path) cannot be written: \(String(cString: strerror(errno)))")
    }
}
