import Foundation
import OrderEvents

/// A file of order ids, one on each line, in any order; empty lines are skipped. Read piece by piece.
struct AcceptedFile {
    let path: String

    /// How many bytes it has: at least two for each id.
    func size() throws -> Int64 {
        do {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            return (attributes[.size] as? NSNumber)?.int64Value ?? 0
        } catch {
            throw AuditError("the file of accepted orders \(path) cannot be read: \(error.localizedDescription)")
        }
    }

    func forEach(_ body: (OrderID) -> Void) throws {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw AuditError("the file of accepted orders \(path) cannot be opened")
        }
        defer {
            // It was only read.
            try? file.close()
        }
        var rest: [UInt8] = []
        var line = 1
        while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty {
            for byte in piece {
                guard byte == UInt8(ascii: "\n") else {
                    rest.append(byte)
                    if rest.count > 64 { throw wrong(rest, line) }
                    continue
                }
                try take(&rest, line, body)
                line += 1
            }
        }
        try take(&rest, line, body)
    }

    private func take(_ text: inout [UInt8], _ line: Int, _ body: (OrderID) -> Void) throws {
        defer { text.removeAll(keepingCapacity: true) }
        if text.last == UInt8(ascii: "\r") { text.removeLast() }
        if text.isEmpty { return }
        guard let id = text.withUnsafeBytes({ OrderID(key: $0) }) else { throw wrong(text, line) }
        body(id)
    }

    private func wrong(_ text: [UInt8], _ line: Int) -> AuditError {
        AuditError(
            "\(path), line \(line): \"\(String(decoding: text.prefix(40), as: UTF8.self))\" is not an order id; there is one on each line"
        )
    }
}
