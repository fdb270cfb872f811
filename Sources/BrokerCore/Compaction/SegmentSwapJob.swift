import BrokerStorage

/// Puts compacted segments in the place of those that they replace.
struct SegmentSwapJob: StorageJob {
    var directory: String
    var replacements: [CompactionJob.Replacement]

    struct Done: StorageJobResult {
        /// How many replacements, from the first on, are in place.
        var count: Int
        /// Why something of it is not done or not permanent; old segments may still be there.
        var error: StorageError?
    }

    func run(on files: some StorageFiles) throws(StorageError) -> any StorageJobResult {
        var count = 0
        do {
            // An index of the old segment must not be taken for one of the new, which may be just as long. So it must
            // be gone permanently before the new one has its name: a power loss may bring one name back and not the
            // other.
            for replacement in replacements {
                try files.delete(SegmentName.index(replacement.replaced[0], in: directory))
            }
            try files.synchronizeDirectory(directory)
            for replacement in replacements {
                try files.rename(replacement.file, to: SegmentName.log(replacement.replaced[0], in: directory))
                count += 1
            }
            // Before the old files go, the new ones must be there even after a power loss. Also where there is nothing
            // to exchange: what was looked at may be the work of a process that died before this, and is relied on from
            // now on.
            try files.synchronizeDirectory(directory)
            try SegmentRemovalJob.remove(replacements.flatMap { $0.replaced.dropFirst() }, of: directory, on: files)
            try files.synchronizeDirectory(directory)
        } catch {
            return Done(count: count, error: error)
        }
        return Done(count: count, error: nil)
    }
}
