import Foundation
import OrderEvents

/// One line of an import file as an order, or why not. Pure.
struct ImportLine {
    enum Format {
        case jsonLines
        /// With the header line's column names.
        case csv([String])
    }

    /// The columns that an order's fields can come from.
    static let columns = ["order_id", "customer_id", "amount", "currency", "country", "status", "created_at"]

    /// The order of a line; nil for an empty line.
    ///
    /// - Parameter now: the time of orders that say none.
    static func order(_ line: UnsafeRawBufferPointer, format: Format, now: Timestamp) throws(ImportLineError) -> Order? {
        if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { return nil }
        switch format {
        case .jsonLines:
            return try order(json: line, now: now)
        case .csv(let header):
            let json = try json(String(decoding: line, as: UTF8.self), header: header)
            return try json.withUnsafeBytes { (bytes) -> Result<Order, ImportLineError> in
                Result { () throws(ImportLineError) in try order(json: bytes, now: now) }
            }.get()
        }
    }

    private static func order(json: UnsafeRawBufferPointer, now: Timestamp) throws(ImportLineError) -> Order {
        switch OrderDraft.validate(json: json) {
        case .failure(let errors):
            throw ImportLineError(errors.description)
        case .success(let draft):
            guard let id = draft.id else { throw ImportLineError("order_id: is missing; an imported order needs its id, so that a second import changes nothing") }
            return draft.order(id: id, status: draft.status ?? .created, createdAt: draft.createdAt ?? now)
        }
    }

    /// The header of a CSV file.
    static func header(_ line: String) throws(ImportLineError) -> [String] {
        let names = try fields(line).map { $0.trimmingCharacters(in: .whitespaces).lowercased() }
        let missing = ["order_id", "customer_id", "amount", "currency", "country"].filter { !names.contains($0) }
        guard missing.isEmpty else {
            throw ImportLineError("the first line must name the columns, and \(missing.joined(separator: ", ")) is not among them")
        }
        return names
    }

    private static func json(_ line: String, header: [String]) throws(ImportLineError) -> [UInt8] {
        let values = try fields(line)
        guard values.count == header.count else {
            throw ImportLineError("has \(values.count) fields where the first line names \(header.count) columns")
        }
        var object: [String: Any] = [:]
        for (name, text) in zip(header, values) where columns.contains(name) {
            let value = text.trimmingCharacters(in: .whitespaces)
            if value.isEmpty { continue }
            // Ids are numbers in JSON; amounts are taken as decimal text, which keeps them exact.
            object[name] = name.hasSuffix("_id") ? Int64(value).map { $0 as Any } ?? value : value
        }
        do {
            return Array(try JSONSerialization.data(withJSONObject: object))
        } catch {
            throw ImportLineError("\(error)")
        }
    }

    /// The fields of a CSV line by RFC 4180: quotes may hold commas, and doubled quotes. A field does not span lines.
    static func fields(_ line: String) throws(ImportLineError) -> [String] {
        var fields: [String] = []
        var field = ""
        var isQuoted = false
        var characters = line.hasSuffix("\r") ? line.dropLast()[...] : line[...]
        while let character = characters.popFirst() {
            switch character {
            case "\"" where isQuoted && characters.first == "\"":
                field.append("\"")
                characters.removeFirst()
            case "\"": isQuoted.toggle()
            case "," where !isQuoted:
                fields.append(field)
                field = ""
            default: field.append(character)
            }
        }
        if isQuoted { throw ImportLineError("a quote is not closed") }
        return fields + [field]
    }
}

struct ImportLineError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
