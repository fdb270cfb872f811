/// Which journal files there are, where the next frame goes, and which files may be used again.
///
/// A pure bookkeeper: it hands out places; the core writes there.
struct JournalFiles: Hashable, Sendable {
    static let directory = "journal"

    static func name(_ number: UInt32) -> String { "\(directory)/\(number).journal" }

    /// A file's number in its name, nil for another kind of file.
    static func number(of name: String) -> UInt32? {
        guard name.hasSuffix(".journal") else { return nil }
        return UInt32(name.dropLast(".journal".count))
    }

    /// Bytes of a file, unless one frame needs more.
    let fileBytes: Int
    /// The next frame's place.
    private(set) var position: JournalPosition
    /// Files that hold nothing that is still needed.
    private(set) var free: [UInt32]
    /// Full files that a checkpoint must overtake before they are free again, oldest first.
    private(set) var full: [UInt32] = []
    private var nextNumber: UInt32

    /// More files than this are deleted when they become free.
    static let keptFiles = 2

    /// - Parameter full: files before `position`'s that a checkpoint has not overtaken yet, oldest first.
    init(fileBytes: Int, position: JournalPosition, existing: [UInt32], full: [UInt32] = []) {
        self.fileBytes = fileBytes
        self.position = position
        self.full = full
        self.free = existing.filter { $0 != position.file && !full.contains($0) }
        self.nextNumber = max(existing.max() ?? 0, position.file) + 1
    }

    /// A place for one frame.
    struct Place: Hashable, Sendable {
        var file: UInt32
        var offset: Int
        /// Whether the file does not exist yet.
        var isNewFile = false
        /// Whether this frame is the first in its file.
        var switched = false
    }

    /// Gives a frame of this size its place.
    mutating func place(_ bytes: Int) -> Place {
        if position.offset + bytes <= fileBytes || position.offset == 0 {
            let place = Place(file: position.file, offset: position.offset)
            position.offset += bytes
            return place
        }
        full.append(position.file)
        let isNew = free.isEmpty
        let file = isNew ? nextNumber : free.removeFirst()
        if isNew { nextNumber += 1 }
        position.file = file
        position.offset = bytes
        return Place(file: file, offset: 0, isNewFile: isNew, switched: true)
    }

    /// Takes note that frames were placed and chained.
    mutating func advance(frames: Int, checksum: UInt32) {
        position.nextSequence += UInt64(frames)
        position.previousChecksum = checksum
    }

    /// A checkpoint says that files before `position`'s are no longer needed.
    ///
    /// - Returns: files to delete, beyond those that are kept for use.
    mutating func release(before checkpoint: JournalPosition) -> [UInt32] {
        var released: [UInt32] = []
        while let file = full.first, file != checkpoint.file {
            full.removeFirst()
            released.append(file)
        }
        free.append(contentsOf: released)
        let surplus = max(0, free.count + full.count + 1 - Self.keptFiles)
        let deleted = Array(free.suffix(min(surplus, free.count)))
        free.removeLast(deleted.count)
        return deleted
    }
}
