/// One row of a CSV file: its fields as bytes, without their quotes.
struct CSVRow: Sendable {
    /// The line that it begins on.
    private(set) var line: Int
    /// The first thing that is wrong with it.
    private(set) var fault: CSVSplitter.SyntaxError?
    /// Whether one of its fields is in quotes.
    var isQuoted = false
    private(set) var isTooLong = false
    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    init(line: Int) { self.line = line }

    var count: Int { ends.count }
    /// Nothing of it was read yet.
    var isEmpty: Bool { ends.isEmpty && bytes.isEmpty && !isQuoted && fault == nil }
    /// An empty line, or fields that are all empty, as spreadsheets write below the last row.
    var isBlank: Bool { bytes.isEmpty && !isQuoted && fault == nil }

    func field(_ index: Int) -> ArraySlice<UInt8> { bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]] }

    /// A field for a message; what is not UTF-8 becomes U+FFFD.
    func text(_ index: Int) -> String { String(decoding: field(index), as: UTF8.self) }

    mutating func append(_ byte: UInt8) {
        if makeRoom(1) { bytes.append(byte) }
    }

    mutating func append(_ more: UnsafeRawBufferPointer) {
        if makeRoom(more.count) { bytes.append(contentsOf: more) }
    }

    mutating func endField() {
        guard ends.count < OrderFileLimits.maximumColumns else { return note(.tooManyFields) }
        ends.append(bytes.count)
    }

    mutating func note(_ fault: CSVSplitter.SyntaxError) {
        if self.fault == nil { self.fault = fault }
    }

    mutating func reset(line: Int) {
        self.line = line
        fault = nil
        isQuoted = false
        isTooLong = false
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }

    private mutating func makeRoom(_ more: Int) -> Bool {
        if bytes.count + more <= OrderFileLimits.maximumRecordBytes { return true }
        isTooLong = true
        note(.tooLong)
        return false
    }
}
