import BrokerRights
import Foundation
import SCRAM

/// The file that users are kept in: JSON, readable by its owner only, replaced as a whole.
public struct UsersFile: Sendable {
    /// A larger file is not read.
    public static let maximumBytes = 16 << 20

    /// Where it is.
    public let path: String

    /// A file that need not be there yet.
    public init(path: String) { self.path = path }

    private struct Document: Codable {
        struct User: Codable {
            var name: String
            var verifiers: [String]
            var rights: [String]
        }
        var version = 1
        var users: [User]
    }

    /// The users of the file.
    ///
    /// - Returns: sorted by name; none if the file is not there.
    public func read() throws(UsersError) -> [BrokerUser] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        let document: Document
        do {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            guard bytes.count <= Self.maximumBytes else { throw UsersError("it is larger than 16 MiB") }
            document = try JSONDecoder().decode(Document.self, from: bytes)
        } catch let error as UsersError {
            throw UsersError("the users' file \(path) cannot be used: \(error)")
        } catch let error as DecodingError {
            throw UsersError("the users' file \(path) is damaged: \(Self.place(of: error))")
        } catch {
            throw UsersError("the users' file \(path) cannot be read: \(error.localizedDescription)")
        }
        guard document.version == 1 else {
            throw UsersError("the users' file \(path) has version \(document.version), which a newer program wrote")
        }
        return try users(document.users)
    }

    private func users(_ entries: [Document.User]) throws(UsersError) -> [BrokerUser] {
        guard entries.count <= UserDirectory.maximumUsers else {
            throw UsersError("the users' file \(path) has more than \(UserDirectory.maximumUsers) users")
        }
        var users: [String: BrokerUser] = [:]
        for entry in entries {
            try BrokerUser.check(name: entry.name)
            let verifiers = entry.verifiers.compactMap(SCRAMVerifier.init)
            let grants = entry.rights.compactMap(Grant.init)
            guard !verifiers.isEmpty, verifiers.count == entry.verifiers.count, grants.count == entry.rights.count,
                users[entry.name] == nil
            else {
                throw UsersError(
                    "the users' file \(path) is damaged at the user \(entry.name): a verifier or right is malformed, or the name is there twice"
                )
            }
            users[entry.name] = BrokerUser(name: entry.name, verifiers: verifiers, grants: grants)
        }
        return users.values.sorted { $0.name < $1.name }
    }

    private static func place(of error: DecodingError) -> String {
        switch error {
        case .dataCorrupted: "it is not JSON"
        case .keyNotFound(let key, _): "\"\(key.stringValue)\" is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "\"\(context.codingPath.map(\.stringValue).joined(separator: "."))\" has another type"
        @unknown default: "it has another form"
        }
    }

    /// Changes the users in one step: whoever reads meanwhile sees all or nothing of it, and no other change is lost.
    public func change(_ change: (inout [BrokerUser]) throws -> Void) throws {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard lock >= 0, flock(lock, LOCK_EX) == 0 else {
            throw UsersError("the folder \(folder) cannot be used: \(String(cString: strerror(errno)))")
        }
        // Closing it gives the lock back.
        defer { close(lock) }
        var users = try read()
        try change(&users)
        let document = Document(
            users: users.sorted { $0.name < $1.name }.map { user in
                .init(
                    name: user.name, verifiers: user.verifiers.map(\.description),
                    rights: user.grants.map(\.description))
            })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try replace(with: try encoder.encode(document), folder: lock)
    }

    private func replace(with bytes: Data, folder: CInt) throws(UsersError) {
        let temporary = "\(path).new"
        func fail(_ what: String) -> UsersError {
            UsersError("the users' file \(path) cannot be \(what): \(String(cString: strerror(errno)))")
        }
        // What an earlier end of the process left there; if it is not, there is nothing to remove.
        unlink(temporary)
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw fail("written") }
        defer { close(file) }
        let isWritten = bytes.withUnsafeBytes { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = write(file, bytes.baseAddress! + sent, bytes.count - sent)
                guard count > 0 else { return false }
                sent += count
            }
            return true
        }
        guard isWritten, fsync(file) == 0, rename(temporary, path) == 0, fsync(folder) == 0 else {
            throw fail("replaced")
        }
    }
}
