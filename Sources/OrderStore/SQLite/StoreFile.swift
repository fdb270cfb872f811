import Foundation
import GRDB

/// Looks at a store's file before it is opened for writing, and puts failures into words.
enum StoreFile {
    /// - Throws: what keeps the path from being a store of this version; the file is not changed.
    static func check(_ path: String, busyTimeout: Duration) throws(OrderStoreError) {
        let files = FileManager.default
        let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
        var isDirectory: ObjCBool = false
        guard files.fileExists(atPath: directory, isDirectory: &isDirectory), isDirectory.boolValue else {
            throw OrderStoreError(
                .cannotOpen,
                "cannot open the order store \(path): there is no directory \(directory); create it or choose another path"
            )
        }
        guard files.fileExists(atPath: path, isDirectory: &isDirectory) else {
            guard files.isWritableFile(atPath: directory) else {
                throw OrderStoreError(
                    .cannotOpen,
                    "cannot create the order store \(path): the directory \(directory) is not writable; "
                        + "give this user write permission or choose another path")
            }
            return
        }
        guard !isDirectory.boolValue else {
            throw OrderStoreError(
                .cannotOpen, "cannot open the order store \(path): it is a directory; choose a file's path")
        }
        guard files.isWritableFile(atPath: path), files.isWritableFile(atPath: directory) else {
            throw OrderStoreError(
                .cannotOpen,
                "cannot write the order store \(path): the file or its directory is not writable; "
                    + "give this user write permission or choose another path")
        }
        try checkContent(path, busyTimeout)
    }

    /// An existing file must be empty, or a store of a version that is known here.
    private static func checkContent(_ path: String, _ busyTimeout: Duration) throws(OrderStoreError) {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(busyTimeout.inSeconds)
        let found: (application: Int32, version: Int, tables: Int)
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            defer {
                // Nothing was written: whatever closing might complain of is lost on nobody.
                try? queue.close()
            }
            found = try queue.read { db in
                (
                    try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0,
                    try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0,
                    try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
                )
            }
        } catch {
            throw explain(error, opening: path)
        }
        if found.tables == 0 { return }
        guard found.application == Schema.applicationID else {
            throw OrderStoreError(
                .notAStore,
                "\(path) is a SQLite database, but no order store of this platform; move it away or choose another path"
            )
        }
        guard found.version <= Schema.version else {
            throw OrderStoreError(
                .newerVersion,
                "the order store \(path) was written by a newer version of this platform (schema \(found.version); "
                    + "this one knows up to \(Schema.version)); start that version or choose another path")
        }
    }

    /// A failure to open, in words.
    static func explain(_ error: any Error, opening path: String) -> OrderStoreError {
        if let error = error as? OrderStoreError { return error }
        guard let error = error as? DatabaseError else {
            return OrderStoreError(.other, "cannot open the order store \(path): \(error)")
        }
        switch error.resultCode {
        case .SQLITE_NOTADB:
            return OrderStoreError(.notAStore, "\(path) is not a SQLite database; move it away or choose another path")
        default:
            return failure(error, "cannot open the order store \(path)", path)
        }
    }

    /// A failure of a read or write, in words; a cancellation stays one.
    static func explain(_ error: any Error, using path: String) -> any Error {
        if error is OrderStoreError || error is CancellationError { return error }
        guard let error = error as? DatabaseError else {
            return OrderStoreError(.other, "the order store \(path): \(error)")
        }
        return failure(error, "the order store \(path) failed", path)
    }

    private static func failure(_ error: DatabaseError, _ what: String, _ path: String) -> OrderStoreError {
        let reason = error.message ?? "\(error.resultCode)"
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return OrderStoreError(
                .busy, "\(what): another process is writing it for too long; stop that one or try again later")
        case .SQLITE_FULL:
            return OrderStoreError(.storage, "\(what): the disk is full; free some space")
        case .SQLITE_IOERR:
            return OrderStoreError(.storage, "\(what): the disk reports an error (\(reason)); look at the system's log")
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
            return OrderStoreError(
                .cannotOpen, "\(what): \(reason); the file and its directory must exist and be writable for this user")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            return OrderStoreError(
                .corrupt,
                "\(what): the file is damaged (\(reason)); stop the platform and bring back a backup of it: "
                    + "`orders restore`")
        case .SQLITE_MISUSE:
            return OrderStoreError(.closed, "the order store \(path) has been closed")
        default:
            return OrderStoreError(.other, "\(what): \(reason) (\(error.extendedResultCode))")
        }
    }
}
