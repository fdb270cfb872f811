import BrokerStorage
import KafkaProtocol
import KafkaRecords
import NIOCore

/// Applying the journal, and making the segment files what the logs now say.
extension Recovery {
    func replayJournal(from start: JournalPosition, _ state: inout RecoveredState) throws(StorageError) {
        let numbers = try files.list(JournalFiles.directory).compactMap(JournalFiles.number(of:)).sorted()
        var reader = JournalReader(files: files, fileNumbers: numbers, position: start)
        // Once through before anything is applied: what a roll brings to a segment file must not be safer than its frame.
        var first = reader
        while try first.next() != nil {}
        try makeSafe(first.lastCommit)
        var usedFiles = [start.file]
        while let entries = try reader.next() {
            for entry in entries { try apply(entry, &state) }
            state.report.replayedFrames += 1
            if usedFiles.last != reader.position.file { usedFiles.append(reader.position.file) }
        }
        state.journal = JournalFiles(
            fileBytes: settings.journalFileBytes, position: reader.position, existing: reader.fileNumbers,
            full: usedFiles.dropLast())
        // Sorted, so that the same files always see the same calls.
        for log in state.logs.values.sorted(by: { $0.id < $1.id }) { try write(log) }
    }

    /// What was replayed counts from now on: it is served, repeated batches are acknowledged by it, and files go
    /// because of it. The process that wrote it may have died before it was synchronized, or after that had failed. In
    /// the second case the kernel takes the pages for clean, and only writing them again brings them to the device. The
    /// files' names are made safe as well.
    private func makeSafe(_ frames: [(file: UInt32, offset: Int, bytes: ByteBuffer)]) throws(StorageError) {
        for frame in frames { try files.write(JournalFiles.name(frame.file), at: frame.offset, [frame.bytes]) }
        for file in Set(frames.map(\.file)).sorted() { try files.synchronize(JournalFiles.name(file)) }
        try files.synchronizeDirectory(JournalFiles.directory)
    }

    private func apply(_ entry: JournalEntry, _ state: inout RecoveredState) throws(StorageError) {
        // Entries of a topic that was deleted later have no log any more, or not yet one; there is nothing to keep of
        // them.
        guard let log = state.logs[entry.logID] else { return }
        switch entry.kind {
        case .startOffset: _ = log.moveStart(to: entry.offset, now: now.wall)
        case .roll:
            try write(log)
            log.roll(now: now.wall)
        case .batch:
            try append(entry, to: log, &state.report)
            if log.id == InternalLog.metadata.rawValue { try applyMetadata(entry.data, &state) }
        }
    }

    private func append(
        _ entry: JournalEntry, to log: PartitionLog, _ report: inout RecoveryReport
    ) throws(StorageError) {
        var data = entry.data
        guard
            let batch = try reading(
                JournalFiles.directory, { () throws(RecordError) in try RecordBatch.next(from: &data) }),
            batch.header.baseOffset == log.nextOffset
        else {
            throw .corrupt(
                JournalFiles.directory,
                "an entry for \(log.directory) is at offset \(entry.offset), but the log ends at \(log.nextOffset)")
        }
        try reading(JournalFiles.directory) { () throws(RecordError) in
            try batch.header.checkStored(from: log.nextOffset)
        }
        let position = log.append(batch.header, maxTimestamp: batch.maxTimestampOfRecords, now: now.wall)
        try noteMarker(batch, log)
        log.keep(
            batch.header, position: position, segmentBaseOffset: log.activeSegment.baseOffset, bytes: batch.bytes)
        report.replayedBytes += batch.header.totalBytes
        if log.unflushedBytes >= 1 << 20 { try write(log) }
    }

    private func noteMarker(_ batch: RecordBatch, _ log: PartitionLog) throws(StorageError) {
        guard batch.header.attributes.isControl,
            let marker = try reading(log.directory, { () throws(RecordError) in try TransactionMarker(batch) })
        else { return }
        log.endTransaction(
            producerID: batch.header.producerID, epoch: batch.header.producerEpoch,
            markerOffset: batch.header.baseOffset, committed: marker == .commit, now: now.wall)
    }

    private func applyMetadata(_ data: ByteBuffer, _ state: inout RecoveredState) throws(StorageError) {
        var data = data
        guard
            let batch = try reading(
                InternalLog.metadata.directory, { () throws(RecordError) in try RecordBatch.next(from: &data) })
        else { return }
        let records = try reading(InternalLog.metadata.directory) { () throws(RecordError) in
            try InternalRecord.read(batch)
        }
        for record in records {
            let change = try reading(InternalLog.metadata.directory) { () throws(WireError) in
                try MetadataChange(record)
            }
            guard let change else { continue }
            if case .deleteTopic(let name) = change {
                for id in state.metadata.topics[name]?.logs ?? [] { state.logs[id] = nil }
            }
            state.metadata.apply(change)
            if case .setTopic(let topic) = change {
                for (index, id) in topic.logs.enumerated() where state.logs[id] == nil {
                    state.logs[id] = newLog(id, topic: topic, partition: Int32(index))
                }
                let config = TopicConfig.resolve(topic.configs, defaults: settings.log)
                for id in topic.logs { state.logs[id]?.config = config }
            }
        }
    }

    /// Writes what is in memory of a log to its segment file, and forgets it.
    private func write(_ log: PartitionLog) throws(StorageError) {
        _ = log.advanceHighWatermark(to: log.nextOffset)
        guard let first = log.tail.first else { return }
        // Segments are written one at a time: a roll writes what came before it.
        let file = SegmentName.log(first.segmentBaseOffset, in: log.directory)
        try files.write(file, at: first.position, log.tail.map(\.bytes))
        log.tail.removeAll(keepingCapacity: true)
        log.tailBytes = 0
        log.unflushedBytes = 0
        log.flushedOffset = log.nextOffset
        log.flushRequestedOffset = log.nextOffset
    }

    // MARK: Ends of segment files

    /// Cuts what lies behind the logs' ends. Whole batches that go on from there were acknowledged once, since only
    /// durable batches get into segment files: they are kept, though with an undamaged journal there never are any.
    func settleTails(_ state: inout RecoveredState) throws(StorageError) {
        for log in state.logs.values.sorted(by: { $0.id < $1.id }) where log.damage == nil {
            let active = log.activeSegment
            let file = SegmentName.log(active.baseOffset, in: log.directory)
            let size = try files.size(file) ?? 0
            if size > active.size { try settle(log, file, from: active.size, size, &state.report) }
            let stale = try files.list(log.directory).compactMap(SegmentName.baseOffset(ofLog:)).filter { base in
                !log.segments.contains { $0.baseOffset == base }
            }
            guard !stale.isEmpty else { continue }
            // What takes their place may have been put there by a process that died before it had made the names safe.
            try files.synchronizeDirectory(log.directory)
            try SegmentRemovalJob.remove(stale, of: log.directory, on: files)
            // The next compaction relies on it that they are gone.
            try files.synchronizeDirectory(log.directory)
        }
    }

    private func settle(
        _ log: PartitionLog, _ file: String, from position: Int, _ size: Int, _ report: inout RecoveryReport
    ) throws(StorageError) {
        var scanner = SegmentScanner(
            files: files, file: file, position: position, end: size, firstOffset: log.nextOffset)
        var kept = 0
        while let batch = try scanner.next(), batch.header.baseOffset == log.nextOffset {
            _ = log.append(batch.header, maxTimestamp: batch.maxTimestampOfRecords, now: now.wall)
            try noteMarker(batch, log)
            log.noteFoundInFile()
            kept += 1
        }
        let end = log.activeSegment.size
        try files.truncate(file, to: end)
        _ = log.advanceHighWatermark(to: log.nextOffset)
        log.flushedOffset = log.nextOffset
        log.flushRequestedOffset = log.nextOffset
        if kept > 0 { report.findings.append("\(file): \(kept) batches behind the journal's end were kept") }
        if size > end { report.findings.append("\(file): \(size - end) bytes of an unfinished write were cut") }
    }

    /// Deletes the files of topics that are no more.
    func removeOrphans(_ state: RecoveredState) throws(StorageError) {
        let known = Set(state.logs.values.map(\.directory))
        for topic in try files.list("topics") {
            let directory = TopicName.directory(topic)
            for partition in try files.list(directory) where !known.contains(directory + "/" + partition) {
                try files.deleteDirectory(directory + "/" + partition)
            }
            if state.metadata.topics[topic] == nil { try files.deleteDirectory(directory) }
        }
    }

    /// Turns what cannot be decoded into a storage error that names the file.
    func reading<Result, Problem: Error>(
        _ file: String, _ body: () throws(Problem) -> Result
    ) throws(StorageError) -> Result {
        do { return try body() } catch { throw .corrupt(file, "\(error)") }
    }
}
