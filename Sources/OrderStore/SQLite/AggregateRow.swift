import OrderEvents

/// An aggregate as a row: its JSON, under its window and partition in one integer.
enum AggregateRow {
    static let upsertWindow = """
        INSERT INTO windows (id, revision, document) VALUES (?1, ?2, ?3)
        ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, document = excluded.document
        WHERE excluded.revision > revision
        """

    static let upsertTotals = """
        INSERT INTO totals (partition, revision, document) VALUES (?1, ?2, ?3)
        ON CONFLICT (partition) DO UPDATE SET revision = excluded.revision, document = excluded.document
        WHERE excluded.revision > revision
        """

    static let selectWindows = "SELECT document FROM windows WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT ?3"
    static let selectTotals = "SELECT document FROM totals ORDER BY partition"

    /// The window's minute since 1970 in the high bits (27 are enough until the year 9999), the partition in the low
    /// 31. So windows lie by start, then partition, and a range of them is a range of rows.
    static func windowID(start: Timestamp, partition: Int32) -> Int64 {
        firstWindowID(from: start) | Int64(partition) & 0x7FFF_FFFF
    }

    /// The lowest id of a window that starts at `moment` or later.
    static func firstWindowID(from moment: Timestamp) -> Int64 {
        let latest = Timestamp.latest.millisecondsSinceEpoch
        let milliseconds = min(max(moment.millisecondsSinceEpoch, 0), latest + 1)
        let minute = (milliseconds + AggregateWindow.minuteMilliseconds - 1) / AggregateWindow.minuteMilliseconds
        return minute << 31
    }

    /// The aggregate of the current row, its JSON in column 0.
    static func read(_ row: RawStatement) throws -> Aggregate {
        let aggregate = try row.withBytes(0) { json throws -> Aggregate in
            do throws(EventError) { return try Aggregate(json: json) } catch {
                throw OrderStoreError(.corrupt, "a stored aggregate cannot be read: \(error)")
            }
        }
        guard let aggregate else { throw OrderStoreError(.corrupt, "a stored aggregate is empty") }
        return aggregate
    }
}
