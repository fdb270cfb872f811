import GRDB
import OrderEvents

/// One step of the keeper's work, worked out on a snapshot and written in one transaction.
///
/// It is written only if no other step has been since the snapshot: another process may keep the same file. So a step
/// holds the writer only while it writes, and a crash between two steps leaves a state that the next one goes on from.
struct SearchChange: Sendable {
    /// The version of its snapshot.
    let version: Int64
    /// Notes up to this one are in the segment.
    var noted: Int64?
    /// Orders up to this id have been entered; -1: all.
    var backfilled: Int64?
    /// A segment that is new or has grown, as it is afterwards.
    var segment: SearchSegment?
    var keys: [UInt8]?
    /// Chunks that the segment grows by.
    var chunks: [SearchChunk] = []
    /// A dead or unfinished segment of which a part goes.
    var removal: Removal?

    struct Removal: Sendable {
        let segment: SearchSegment
        /// Chunks that go, counted from the first that is left.
        let chunks: Range<Int64>
        /// The first entry of the first chunk that stays; nil: none stays, nor does the segment.
        let fence: SearchEntry?
    }

    /// The id of a segment that this step makes.
    var nextVersion: Int64 { version + 1 }

    /// Returns whether it was written.
    func write(_ db: Database) throws -> Bool {
        guard try SearchState.counter(SearchSQL.version, db) == version else { return false }
        try SearchState.set(SearchSQL.version, nextVersion, db)
        if let backfilled { try SearchState.set(SearchSQL.backfill, backfilled, db) }
        if let noted {
            let forget = try RawStatement(db, SearchSQL.forgetNotes)
            forget.bind(noted, at: 1)
            try forget.run()
        }
        if let segment { try write(segment, db) }
        if let removal { try removal.write(db) }
        return true
    }

    private func write(_ segment: SearchSegment, _ db: Database) throws {
        let addChunk = try RawStatement(db, SearchSQL.addChunk)
        let addFence = try RawStatement(db, SearchSQL.addFence)
        var number = segment.chunks - Int64(chunks.count)
        for chunk in chunks {
            addChunk.bind(segment.row(ofChunk: number), at: 1)
            chunk.bytes.withUnsafeBytes { addChunk.bind($0, at: 2) }
            try addChunk.run()
            addFence.bind(segment.id, at: 1)
            addFence.bind(chunk.first.key, at: 2)
            addFence.bind(chunk.first.moment, at: 3)
            addFence.bind(chunk.first.id, at: 4)
            addFence.bind(number, at: 5)
            try addFence.run()
            number += 1
        }
        if segment.state == .live {
            // Whole: what it was made from goes in the same moment.
            let retire = try RawStatement(db, SearchSQL.retireSegments)
            retire.bind(segment.ages.lowerBound, at: 1)
            retire.bind(segment.ages.upperBound, at: 2)
            retire.bind(segment.id, at: 3)
            try retire.run()
        }
        try segment.save(keys: keys, db)
    }
}

extension SearchChange.Removal {
    fileprivate func write(_ db: Database) throws {
        let removeChunks = try RawStatement(db, SearchSQL.removeChunks)
        removeChunks.bind(segment.row(ofChunk: chunks.lowerBound), at: 1)
        removeChunks.bind(segment.row(ofChunk: chunks.upperBound), at: 2)
        try removeChunks.run()
        guard let fence else {
            for sql in [SearchSQL.removeAllFences, SearchSQL.removeSegment] {
                let remove = try RawStatement(db, sql)
                remove.bind(segment.id, at: 1)
                try remove.run()
            }
            return
        }
        let removeFences = try RawStatement(db, SearchSQL.removeFences)
        for (index, value) in [segment.id, fence.key, fence.moment, fence.id].enumerated() {
            removeFences.bind(value, at: Int32(index + 1))
        }
        try removeFences.run()
    }
}

/// The index's own counters.
enum SearchState {
    static func counter(_ name: String, _ db: Database) throws -> Int64 {
        try Int64.fetchOne(db.cachedStatement(sql: SearchSQL.counter), arguments: [name]) ?? -1
    }

    static func set(_ name: String, _ value: Int64, _ db: Database) throws {
        try db.cachedStatement(sql: SearchSQL.setCounter).execute(arguments: [name, value])
    }
}
