import Foundation

/// The directory of one running instance of a service, claimed for as long as the process runs.
///
/// Instances of a service on one machine share a parent directory and take the first free slot
/// (`0`, `1`, …) by a file lock, so that a restarted instance finds the state of the last one. Each
/// slot has an identity (a random name made once) from which the transactional id is made. The next
/// process in the slot takes over the producer identity of the last and so ends what it left open.
public final class InstanceDirectory: Sendable {
    /// The slot's directory.
    public let path: String
    /// The slot's number, from 0.
    public let slot: Int
    /// The slot's own name, stable across restarts.
    public let identity: String
    private let lockDescriptor: Int32

    /// Claims the first free slot below `parent`.
    public init(claimingIn parent: String, slots: Int = 64) throws(StateError) {
        for slot in 0..<slots {
            let path = "\(parent)/\(slot)"
            do {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            } catch {
                throw StateError(.directoryUnusable, path: path, detail: error.localizedDescription)
            }
            let descriptor = open("\(path)/lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else {
                throw StateError(.directoryUnusable, path: path, detail: String(cString: strerror(errno)))
            }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                close(descriptor)
                continue
            }
            self.path = path
            self.slot = slot
            lockDescriptor = descriptor
            do {
                identity = try InstanceDirectory.identity(in: path)
            } catch {
                close(descriptor)
                throw StateError(.directoryUnusable, path: path, detail: error.localizedDescription)
            }
            return
        }
        throw StateError(.directoryInUse, path: parent, detail: "all \(slots) slots are taken by running instances")
    }

    deinit { close(lockDescriptor) }

    private static func identity(in path: String) throws -> String {
        let file = URL(fileURLWithPath: "\(path)/instance-id")
        if FileManager.default.fileExists(atPath: file.path) {
            let text = try String(contentsOf: file, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
            if !text.isEmpty { return text }
        }
        let identity = String(UUID().uuidString.lowercased().prefix(13))
        try Data((identity + "\n").utf8).write(to: file, options: .atomic)
        return identity
    }
}
