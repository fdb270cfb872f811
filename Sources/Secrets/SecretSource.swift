import Foundation

/// Where a secret is: in a setting, or in a file that may change while the process runs.
public enum SecretSource: Sendable, Hashable {
    /// The secret itself.
    case value(Secret)
    /// The path of a file that holds it, with or without a line break at its end.
    case file(String)

    /// The secret as it is now. A file is read each time.
    public func read() throws(SecretError) -> Secret {
        switch self {
        case .value(let secret): return secret
        case .file(let path): return try Self.read(path)
        }
    }

    /// The largest file that is read: a secret is short, and a wrong path may lead to anything.
    static let limit = 64 << 10

    private static func read(_ path: String) throws(SecretError) -> Secret {
        let data: Data
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            // Nothing was written, so closing cannot lose anything.
            defer { try? file.close() }
            data = try file.read(upToCount: limit + 1) ?? Data()
        } catch {
            throw SecretError(path: path, reason: "cannot be read: \(Self.explain(error))")
        }
        guard data.count <= limit else { throw SecretError(path: path, reason: "is larger than \(limit >> 10) KiB") }
        guard let text = String(bytes: data, encoding: .utf8) else {
            throw SecretError(path: path, reason: "is not UTF-8 text")
        }
        let secret = text.trimmingLineBreaks()
        guard !secret.isEmpty else { throw SecretError(path: path, reason: "is empty") }
        return Secret(secret)
    }

    private static func explain(_ error: any Error) -> String {
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
        guard let cause = underlying ?? (error as NSError) as NSError?, cause.domain == NSPOSIXErrorDomain else {
            return error.localizedDescription
        }
        return String(cString: strerror(Int32(cause.code)))
    }
}

/// A file that should hold a secret and does not give one.
public struct SecretError: Error, Hashable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// What is wrong with it, as the end of a sentence.
    public let reason: String

    /// The file with what is wrong with it.
    public var description: String { "the file \(path) \(reason)" }
}

extension StringProtocol {
    /// Without the line breaks at the end, which editors and `echo` put there.
    func trimmingLineBreaks() -> String {
        String(self[..<(lastIndex { !$0.isNewline }.map { index(after: $0) } ?? startIndex)])
    }
}
