import BrokerCore

/// Copies a broker's data directory while the broker runs, to one that a broker can be started on.
///
/// The copy is what a crash at one moment leaves behind: everything that was acknowledged before the copying began is in
/// it. Files are read one after the other, so the order matters:
///
/// 1. The checkpoint says from which frame of the journal on everything is needed.
/// 2. Every segment file is opened and measured. It only grows, and what is renamed over it or deleted stays readable.
///    Batches reach it when their frame is durable, so the journal has whatever lies behind the checkpoint's sizes.
/// 3. The journal is read after that, so it has all of this.
/// 4. If the checkpoint is another one by now, a journal file that was needed may have been used again; if the names lead
///    to other files, compaction or retention was in between. Then all of it is done again.
/// 5. Of the segments the bytes are copied that were measured.
public struct BrokerCopy: Sendable {
    /// The data directory. It is only read.
    public let source: String
    /// A directory that does not exist yet.
    public let target: String

    /// How often the files may change during steps 1 to 4, which take as long as reading the journal.
    private static let attempts = 50

    /// Nothing is read yet.
    public init(of source: String, to target: String) {
        self.source = source
        self.target = target
    }

    /// Copies, and returns when the copy is on the device. Blocking.
    ///
    /// - Returns: how many bytes were copied.
    /// - Throws: ``EmbeddedBrokerError/Code/dataDirectoryNotUsable``, with what is left of the target to be removed.
    public func run() throws(EmbeddedBrokerError) -> Int {
        CopiedFile.raiseLimit()
        for _ in 0..<Self.attempts {
            if let copied = try attempt() { return copied }
        }
        throw EmbeddedBrokerError(
            .dataDirectoryNotUsable,
            "\(source) was reorganized \(Self.attempts) times while it was being copied; try again when less is written"
        )
    }

    /// nil: something was exchanged meanwhile.
    private func attempt() throws(EmbeddedBrokerError) -> Int? {
        guard let checkpoint = try CopiedFile(DataFiles.checkpoint, in: source) else {
            throw EmbeddedBrokerError(
                .dataDirectoryNotUsable, "there is no broker's log in \(source); name the directory of one that has run"
            )
        }
        var segments: [CopiedFile] = []
        for name in try segmentNames() {
            guard let file = try CopiedFile(name, in: source) else { return nil }
            segments.append(file)
        }
        var copied = 0
        for name in try CopiedFile.list(DataFiles.journal, in: source) {
            guard let file = try CopiedFile("\(DataFiles.journal)/\(name)", in: source) else { return nil }
            copied += try file.write(to: target)
        }
        guard try isUnchanged([checkpoint] + segments) else { return nil }
        for file in segments { copied += try file.write(to: target) }
        copied += try CopiedFile(DataDirectory.versionFile, in: source)?.write(to: target) ?? 0
        // The one that was looked at, not one that has come since.
        return copied + (try checkpoint.write(to: target))
    }

    private func segmentNames() throws(EmbeddedBrokerError) -> [String] {
        var names: [String] = []
        var directories = DataFiles.logs
        while let directory = directories.popLast() {
            for name in try CopiedFile.list(directory, in: source) {
                let path = "\(directory)/\(name)"
                if DataFiles.isSegment(name) {
                    names.append(path)
                } else if !DataFiles.isUnfinished(name) {
                    directories.append(path)
                }
            }
        }
        return names.sorted()
    }

    /// Whether every name still leads to the file that was opened, and no other name is there.
    private func isUnchanged(_ files: [CopiedFile]) throws(EmbeddedBrokerError) -> Bool {
        guard try segmentNames() == files.dropFirst().map(\.name) else { return false }
        for file in files where try CopiedFile(file.name, in: source)?.identity != file.identity { return false }
        return true
    }
}
