import BrokerStorage

/// Removes the files of segments that others have replaced, permanently.
struct SegmentRemovalJob: StorageJob {
    var directory: String
    var baseOffsets: [Int64]

    struct Done: StorageJobResult {}

    func run(on files: some StorageFiles) throws(StorageError) -> any StorageJobResult {
        // What replaces them must be there even after a power loss before they go.
        try files.synchronizeDirectory(directory)
        try Self.remove(baseOffsets, of: directory, on: files)
        try files.synchronizeDirectory(directory)
        return Done()
    }

    static func remove(
        _ baseOffsets: [Int64], of directory: String, on files: some StorageFiles
    ) throws(StorageError) {
        for base in baseOffsets {
            try files.delete(SegmentName.log(base, in: directory))
            try files.delete(SegmentName.index(base, in: directory))
        }
    }
}
