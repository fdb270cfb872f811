import DeadLetters
import NIOCore
import OrderEvents

/// The forms of an exported file.
enum ExportFormat: String, CaseIterable, Sendable {
    case ndjson, csv

    var contentType: String {
        switch self {
        case .ndjson: "application/x-ndjson"
        case .csv: "text/csv; charset=utf-8"
        }
    }

    func bytes(of lines: [some ExportLine]) -> ByteBuffer {
        var buffer = ByteBuffer()
        for line in lines {
            switch self {
            case .ndjson:
                var writer = JSONWriter(capacity: 640)
                line.write(into: &writer)
                writer.bytes.withUnsafeBytes { _ = buffer.writeBytes($0) }
                buffer.writeInteger(0x0A as UInt8)
            case .csv:
                buffer.writeString(line.fields.map(Self.quoted).joined(separator: ","))
                buffer.writeString("\r\n")
            }
        }
        return buffer
    }

    /// In quotes where the field needs them. Source: RFC 4180, 2.
    static func quoted(_ field: String) -> String {
        guard field.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }) else { return field }
        return "\"" + field.replacing("\"", with: "\"\"") + "\""
    }
}

/// An entry of a list, as a line of a file.
protocol ExportLine: Sendable {
    /// The names of the fields, as the first line of a CSV file has them.
    static var header: String { get }
    var fields: [String] { get }
    func write(into json: inout JSONWriter)
}

struct OrderLine: ExportLine {
    let document: OrderDocument

    init(_ document: OrderDocument) { self.document = document }

    static let header =
        "order_id,customer_id,amount,currency,country,status,created_at,payment,processed_at,decline_reason,flagged,fraud_reason,detected_at,revision,updated_at"

    var fields: [String] {
        let order = document.order
        let (payment, fraud) = (document.payment, document.fraud)
        return [
            order.id.description, "\(order.customerID)", order.amount.description, order.amount.currency.code,
            order.country.code, "\(order.status.wireName)", order.createdAt.description,
            payment.map { "\($0.status.wireName)" } ?? "", payment?.processedAt.description ?? "",
            payment?.declineReason.map { "\($0.wireName)" } ?? "", fraud == nil ? "false" : "true",
            fraud.map { "\($0.reason.wireName)" } ?? "", fraud?.detectedAt.description ?? "",
            "\(document.revision)", document.updatedAt.description,
        ]
    }

    func write(into json: inout JSONWriter) { json.order(document) }
}

struct AlertLine: ExportLine {
    let alert: FraudAlert

    init(_ alert: FraudAlert) { self.alert = alert }

    static let header = "order_id,reason,amount,currency,country,customer_id,detected_at"

    var fields: [String] {
        [
            alert.orderID.description, "\(alert.reason.wireName)", alert.amount.description,
            alert.amount.currency.code, alert.country.code, "\(alert.customerID)", alert.detectedAt.description,
        ]
    }

    func write(into json: inout JSONWriter) { json.alert(alert) }
}

struct DeadLetterLine: ExportLine {
    let entry: DeadLetterIndex.Entry

    init(_ entry: DeadLetterIndex.Entry) { self.entry = entry }

    static let header = "id,topic,group,partition,offset,code,reason,failed_at,attempts,state,value_bytes"

    var fields: [String] {
        let letter = entry.letter
        return [
            letter.id.description, letter.id.topic, letter.id.group, "\(letter.id.partition)", "\(letter.id.offset)",
            letter.code, letter.reason, Timestamp(millisecondsSinceEpoch: letter.failedAt).description,
            "\(letter.attempts)", entry.standing.state.rawValue, "\(entry.valueBytes)",
        ]
    }

    func write(into json: inout JSONWriter) { json.deadLetter(entry) }
}
