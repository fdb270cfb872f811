import Foundation
import OrderEvents
import OrderFiles

/// Reads a source to its end, hands its orders to a sink, and notes its progress whenever all that was handed over is
/// safe. Blocks.
struct FileImporter<Sink: ImportSink> {
    private let source: ImportSource
    private var sink: Sink
    private let cluster: String?
    private let notesProgress: Bool
    private var reader: OrderFileReader
    private var counts = ImportCounts()
    private var isProgressUnwritable = false
    private var bytesRead: Int64 = 0
    private var shown = 0
    /// What is read between two acknowledgements.
    private static var stretch: Int64 { 4 << 20 }

    /// What an import has done.
    struct Outcome {
        var counts: ImportCounts
        var ignoredFields: [String]
        var ordersWithoutTime: Int
        var createdAt: Timestamp
    }

    /// - Parameters:
    ///   - cluster: which cluster the orders go to.
    ///   - notesProgress: whether to go on where an earlier import of the same file was stopped, and to let a later one go on.
    init(_ source: ImportSource, sink: Sink, cluster: String?, reader: OrderFileReader, notesProgress: Bool) {
        self.source = source
        self.sink = sink
        self.cluster = cluster
        self.reader = reader
        self.notesProgress = notesProgress && source.file != nil
    }

    /// - Parameter head: what was read of the source already.
    mutating func run(head: [UInt8]) throws -> Outcome {
        defer { sink.close() }
        var skip: Int64 = 0
        var head = head
        if source.file != nil {
            // A file is read from its beginning again; only a pipe cannot be.
            try source.rewind()
            head = []
        }
        if notesProgress, let earlier = try resumable() {
            reader = OrderFileReader(resuming: earlier.checkpoint, now: reader.now)
            counts = earlier.counts
            skip = earlier.checkpoint.position
            let rejected = counts.rejected > 0 ? " and \(counts.rejected) rejected" : ""
            say("going on in \(source.name) where an import was stopped, after \(counts.orders) orders\(rejected)")
        }
        try read(head, skip: skip)
        if notesProgress { try ImportProgress.remove(for: source.path) }
        return Outcome(
            counts: counts, ignoredFields: reader.ignoredFields, ordersWithoutTime: reader.ordersWithoutTime,
            createdAt: reader.createdAt)
    }

    /// What an import of the same content into the same cluster left; says why where it cannot be used.
    private func resumable() throws -> ImportProgress? {
        guard let earlier = ImportProgress.read(for: source.path) else { return nil }
        guard earlier.cluster == cluster else {
            say("an earlier import of \(source.name) that was stopped went to another cluster: beginning at the start")
            return nil
        }
        guard try source.begins(with: earlier.digestedBytes, digest: earlier.digest) else {
            say("an import of another file of this name was stopped: beginning at the start of \(source.name)")
            return nil
        }
        return earlier
    }

    private mutating func read(_ head: [UInt8], skip: Int64) throws {
        var input = OrderFileInput()
        var digest = TextDigest()
        var unflushed: Int64 = 0
        func push(_ me: inout FileImporter, _ bytes: UnsafeRawBufferPointer, isLast: Bool) throws {
            try input.push(bytes, isLast: isLast) { text in
                let skipped = Int(clamping: max(0, skip - digest.count))
                digest.update(text)
                try me.take(UnsafeRawBufferPointer(rebasing: text.dropFirst(skipped)))
            }
            if isLast { try me.takeLast() }
            me.bytesRead += Int64(bytes.count)
            unflushed += Int64(bytes.count)
            guard unflushed >= Self.stretch || isLast else { return }
            unflushed = 0
            try me.sink.flush()
            me.note(digest)
            me.show()
        }
        do {
            if !head.isEmpty { try head.withUnsafeBytes { try push(&self, $0, isLast: false) } }
            let source = source
            try source.forEachPiece { try push(&self, $0, isLast: $1) }
        } catch let error as OrderFileError {
            try sink.flush()
            let before = counts.orders > 0 ? " The \(counts.orders) orders before it were taken." : ""
            throw PlatformError("\(source.name): \(error).\(before)")
        }
    }

    private mutating func take(_ text: UnsafeRawBufferPointer) throws {
        var (counts, sink) = (counts, sink)
        defer { (self.counts, self.sink) = (counts, sink) }
        try reader.push(text) { try Self.hand($0, &counts, &sink) }
    }

    private mutating func takeLast() throws {
        var (counts, sink) = (counts, sink)
        defer { (self.counts, self.sink) = (counts, sink) }
        try reader.finish { try Self.hand($0, &counts, &sink) }
    }

    private static func hand(_ item: OrderFileItem, _ counts: inout ImportCounts, _ sink: inout Sink) throws {
        switch item {
        case .order(let order, let line):
            try sink.take(order, line: line)
            counts.orders += 1
        case .rejected(let record):
            try sink.reject(record)
            counts.rejected += 1
        }
    }

    private mutating func note(_ digest: TextDigest) {
        guard notesProgress, !isProgressUnwritable, let checkpoint = reader.checkpoint else { return }
        do {
            try ImportProgress(
                checkpoint: checkpoint, digestedBytes: digest.count, digest: digest.text, cluster: cluster,
                counts: counts
            ).write(for: source.path)
        } catch {
            isProgressUnwritable = true
            say(
                "its progress cannot be kept beside \(source.name) (\(error.localizedDescription)): if it is stopped, the next one begins at the start"
            )
        }
    }

    private mutating func show() {
        guard let size = source.file?.size, size > 0 else { return }
        let percent = Int(min(bytesRead, size) * 100 / size)
        guard percent >= shown + 5, percent < 100 else { return }
        shown = percent
        say("\(percent) %, \(counts.orders) orders" + (counts.rejected > 0 ? ", \(counts.rejected) rejected" : ""))
    }

    private func say(_ text: String) { Standard.error("import: \(text)\n") }
}
