import OrderEvents

/// Which windows there are, by key: so that a range of time is read without an index and without a scan.
///
/// A tree of three levels, each document a list of numbers. The root lists blocks, a block lists pages, a page lists
/// its windows. A block is 32,768 minutes (three weeks), a page 64. So no list is long: 128,000 blocks until the year
/// 9999, 512 pages, and 64 minutes times the partitions.
///
/// A window is listed before it is written, and never taken off. A list may be ahead of the windows, never behind.
enum WindowDirectory {
    private static let minuteBitsOfPage: Int64 = 6
    private static let pageBitsOfBlock: Int64 = 9
    /// Of a longer range the blocks are asked, which pages there are.
    static let maximumPagesAsked: Int64 = 512

    /// The document that lists the partitions which have totals.
    static let totals = "totals"
    static let root = "windows"

    static func block(_ block: Int64) -> String { "block/\(block)" }
    static func page(_ page: Int64) -> String { "page/\(page)" }

    static func minute(of start: Timestamp) -> Int64 {
        start.millisecondsSinceEpoch / AggregateWindow.minuteMilliseconds
    }

    static func page(ofMinute minute: Int64) -> Int64 { minute >> minuteBitsOfPage }
    static func block(ofPage page: Int64) -> Int64 { page >> pageBitsOfBlock }

    /// What lists a window, or a partition's totals: documents and the entry that each must have.
    static func entries(_ window: AggregateWindow, _ partition: Int32) -> [DirectoryEntry] {
        guard case .minute(let start) = window else { return [DirectoryEntry(list: totals, name: "\(partition)")] }
        let minute = minute(of: start)
        let page = page(ofMinute: minute)
        let block = block(ofPage: page)
        return [
            DirectoryEntry(list: root, name: "\(block)"),
            DirectoryEntry(list: self.block(block), name: "\(page)"),
            DirectoryEntry(list: self.page(page), name: ListedWindow(minute: minute, partition: partition).name),
        ]
    }

    /// The minutes that start in `from ..< to`.
    static func minutes(from: Timestamp, to: Timestamp) -> Range<Int64> {
        func firstMinute(_ moment: Timestamp) -> Int64 {
            let held = min(max(moment.millisecondsSinceEpoch, 0), Timestamp.latest.millisecondsSinceEpoch + 1)
            return (held + AggregateWindow.minuteMilliseconds - 1) / AggregateWindow.minuteMilliseconds
        }
        let first = firstMinute(from)
        return first..<max(first, firstMinute(to))
    }
}

/// One entry of one list of the directory.
struct DirectoryEntry: Hashable, Sendable {
    let list: String
    let name: String
}

/// A window as a page lists it.
struct ListedWindow: Hashable, Comparable, Sendable {
    let minute: Int64
    let partition: Int32

    var name: String { "\(minute)-\(partition)" }
    var key: String {
        let start = Timestamp(millisecondsSinceEpoch: minute * AggregateWindow.minuteMilliseconds)
        return StoredAggregate.key(.minute(start: start), partition)
    }

    init(minute: Int64, partition: Int32) {
        self.minute = minute
        self.partition = partition
    }

    init?(name: String) {
        let parts = name.split(separator: "-", maxSplits: 1)
        guard parts.count == 2, let minute = Int64(parts[0]), let partition = Int32(parts[1]) else { return nil }
        self.init(minute: minute, partition: partition)
    }

    static func < (left: ListedWindow, right: ListedWindow) -> Bool {
        (left.minute, left.partition) < (right.minute, right.partition)
    }
}
