import BrokerStorage

/// Makes a checkpoint's segments safe, then the checkpoint.
struct CheckpointJob: StorageJob {
    struct ClosedSegment: Sendable {
        var file: String
        var segment: Segment
    }

    struct Done: StorageJobResult {
        /// Why the segments are not safe, and cannot be made so by trying again; nil if the checkpoint is written.
        var unsynchronized: StorageError?
    }

    var checkpoint: Checkpoint
    /// Segment files to synchronize.
    var files: [String]
    /// Index files to write, for segments that will not change any more.
    var closed: [ClosedSegment]

    func run(on storage: some StorageFiles) throws(StorageError) -> any StorageJobResult {
        var directories: [String] = []
        for file in files {
            do {
                try storage.synchronize(file)
            } catch {
                // Deleted since, with its topic or by retention.
                if error.code == .notFound { continue }
                return Done(unsynchronized: error)
            }
            for directory in Self.directories(above: file) where !directories.contains(directory) {
                directories.append(directory)
            }
        }
        for segment in closed {
            try storage.truncate(segment.file, to: 0)
            try storage.write(segment.file, at: 0, [segment.segment.encoded()])
        }
        for directory in directories {
            do {
                try storage.synchronizeDirectory(directory)
            } catch {
                if error.code == .notFound { continue }
                return Done(unsynchronized: error)
            }
        }
        try Self.write(checkpoint, to: storage)
        return Done()
    }

    /// Replaces the checkpoint file.
    static func write(_ checkpoint: Checkpoint, to storage: some StorageFiles) throws(StorageError) {
        try storage.truncate(Checkpoint.temporaryFile, to: 0)
        try storage.write(Checkpoint.temporaryFile, at: 0, [checkpoint.encoded()])
        try storage.synchronize(Checkpoint.temporaryFile)
        try storage.rename(Checkpoint.temporaryFile, to: Checkpoint.file)
        try storage.synchronizeDirectory("")
    }

    /// The directories of a file, innermost first, the data directory itself last.
    private static func directories(above file: String) -> [String] {
        var parts = file.split(separator: "/").dropLast()
        var directories: [String] = []
        while !parts.isEmpty {
            directories.append(parts.joined(separator: "/"))
            parts.removeLast()
        }
        return directories + [""]
    }
}
