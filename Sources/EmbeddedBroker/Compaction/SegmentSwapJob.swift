/// Puts compacted segments in the place of those that they replace.
struct SegmentSwapJob: StorageJob {
    var directory: String
    var replacements: [CompactionJob.Replacement]

    struct Done: StorageJobResult {
        /// How many replacements, from the first on, are in place.
        var count: Int
        var error: StorageError?
    }

    func run(on files: some StorageFiles) throws(StorageError) -> any StorageJobResult {
        var count = 0
        do {
            for replacement in replacements {
                // An index of the old segment must not be taken for one of the new.
                try files.delete(SegmentName.index(replacement.replaced[0], in: directory))
                try files.rename(replacement.file, to: SegmentName.log(replacement.replaced[0], in: directory))
                count += 1
            }
            // Before the old files go, the new ones must be there even after a power loss.
            try files.synchronizeDirectory(directory)
        } catch {
            return Done(count: count, error: error)
        }
        for replacement in replacements {
            for base in replacement.replaced.dropFirst() {
                do {
                    try files.delete(SegmentName.log(base, in: directory))
                    try files.delete(SegmentName.index(base, in: directory))
                } catch {
                    // Its offsets are in the new segment, so the next start removes it.
                    continue
                }
            }
        }
        return Done(count: count, error: nil)
    }
}
