import NIOCore

/// Cuts the Query service's answer, one JSON object that comes in pieces, into its rows and its other members.
///
/// Rows are handed out as soon as they are whole. What is kept is bounded by the largest row.
struct QueryResponseParser: Sendable {
    enum Failure: Error, Hashable, Sendable {
        case malformed
        case tooLarge
    }

    private enum Place: Hashable { case start, beforeKey, key, beforeColon, beforeValue, value, beforeRow, end }

    /// A row is a document at most, and those have 20 MiB.
    static let largestValue = 32 << 20
    private static let largestKey = 256
    private static let maximumMembers = 64

    /// Everything but the rows: raw JSON.
    private(set) var members: [String: ByteBuffer] = [:]
    private var place = Place.start
    private var key: [UInt8] = []
    private var value: [UInt8] = []
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    private var isRow = false

    /// Whether the object is complete.
    var isAtEnd: Bool { place == .end }

    /// Takes the next piece.
    /// - Returns: the rows that it completes.
    mutating func feed(_ bytes: ByteBuffer) throws(Failure) -> [ByteBuffer] {
        var rows: [ByteBuffer] = []
        for byte in bytes.readableBytesView { try take(byte, &rows) }
        return rows
    }

    private mutating func take(_ byte: UInt8, _ rows: inout [ByteBuffer]) throws(Failure) {
        if place == .value { return try takeOfValue(byte, &rows) }
        if place == .key { return try takeOfKey(byte) }
        if Self.isSpace(byte) { return }
        switch (place, byte) {
        case (.start, UInt8(ascii: "{")): place = .beforeKey
        case (.beforeKey, UInt8(ascii: ",")): break
        case (.beforeKey, UInt8(ascii: "}")): place = .end
        case (.beforeKey, UInt8(ascii: "\"")):
            key = []
            place = .key
        case (.beforeColon, UInt8(ascii: ":")): place = .beforeValue
        case (.beforeValue, UInt8(ascii: "[")) where key == Array("results".utf8): place = .beforeRow
        case (.beforeRow, UInt8(ascii: ",")): break
        case (.beforeRow, UInt8(ascii: "]")): place = .beforeKey
        case (.beforeValue, _), (.beforeRow, _):
            isRow = place == .beforeRow
            place = .value
            value = []
            depth = 0
            try takeOfValue(byte, &rows)
        default: throw .malformed
        }
    }

    private mutating func takeOfKey(_ byte: UInt8) throws(Failure) {
        // The service's own names need no escapes.
        guard byte != UInt8(ascii: "\\"), key.count < Self.largestKey else { throw .malformed }
        if byte == UInt8(ascii: "\"") { place = .beforeColon } else { key.append(byte) }
    }

    private mutating func takeOfValue(_ byte: UInt8, _ rows: inout [ByteBuffer]) throws(Failure) {
        guard value.count < Self.largestValue else { throw .tooLarge }
        if isInString {
            value.append(byte)
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInString = false
                if depth == 0 { try finish(&rows) }
            }
            return
        }
        switch byte {
        case UInt8(ascii: "\""):
            isInString = true
            value.append(byte)
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            depth += 1
            value.append(byte)
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            if depth == 0 { return try finish(&rows, before: byte) }
            depth -= 1
            value.append(byte)
            if depth == 0 { try finish(&rows) }
        case UInt8(ascii: ",") where depth == 0: try finish(&rows, before: byte)
        case _ where Self.isSpace(byte) && depth == 0: try finish(&rows)
        default: value.append(byte)
        }
    }

    /// A value is whole.
    /// - Parameter byte: what ended it without being part of it.
    private mutating func finish(_ rows: inout [ByteBuffer], before byte: UInt8? = nil) throws(Failure) {
        guard !value.isEmpty else { throw .malformed }
        if isRow {
            rows.append(ByteBuffer(bytes: value))
            place = .beforeRow
        } else {
            guard members.count < Self.maximumMembers else { throw .tooLarge }
            members[String(decoding: key, as: UTF8.self)] = ByteBuffer(bytes: value)
            place = .beforeKey
        }
        value = []
        if let byte { try take(byte, &rows) }
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
            || byte == UInt8(ascii: "\t")
    }
}
