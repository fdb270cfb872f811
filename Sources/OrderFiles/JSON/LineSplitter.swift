/// Cuts bytes into the lines of a JSON lines file: LF ends a line, and a CR before it is white space to JSON.
///
/// It holds one line, at most ``OrderFileLimits/maximumRecordBytes`` of it; a longer one is handed on as nil.
struct LineSplitter: Sendable {
    private(set) var line: Int
    private var pending: [UInt8] = []
    private var isTooLong = false

    init(line: Int = 1) { self.line = line }

    /// Takes bytes and hands on each line that they end, with its number and how many of them were taken by then.
    mutating func push(
        _ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer?, _ line: Int, _ taken: Int) throws -> Void
    ) throws {
        var place = 0
        while place < bytes.count {
            guard let end = bytes[place...].firstIndex(of: 0x0A) else {
                hold(UnsafeRawBufferPointer(rebasing: bytes[place...]))
                return
            }
            let piece = UnsafeRawBufferPointer(rebasing: bytes[place..<end])
            place = end + 1
            try hand(piece, taken: place, body)
        }
    }

    /// Ends the last line, if it has bytes.
    mutating func finish(_ body: (UnsafeRawBufferPointer?, _ line: Int, _ taken: Int) throws -> Void) throws {
        guard !pending.isEmpty || isTooLong else { return }
        try hand(UnsafeRawBufferPointer(start: nil, count: 0), taken: 0, body)
    }

    private mutating func hand(
        _ piece: UnsafeRawBufferPointer, taken: Int,
        _ body: (UnsafeRawBufferPointer?, _ line: Int, _ taken: Int) throws -> Void
    ) throws {
        let number = line
        line += 1
        if pending.isEmpty, !isTooLong, piece.count <= OrderFileLimits.maximumRecordBytes {
            return try body(piece, number, taken)
        }
        hold(piece)
        defer {
            pending.removeAll(keepingCapacity: true)
            isTooLong = false
        }
        if isTooLong { return try body(nil, number, taken) }
        try pending.withUnsafeBytes { try body($0, number, taken) }
    }

    private mutating func hold(_ piece: UnsafeRawBufferPointer) {
        isTooLong = isTooLong || pending.count + piece.count > OrderFileLimits.maximumRecordBytes
        if isTooLong { pending.removeAll(keepingCapacity: true) } else { pending.append(contentsOf: piece) }
    }
}
