import Foundation
import OrderEvents

/// What an import did, for people and for machines.
struct ImportSummary: Encodable, Sendable {
    let orders: Int
    let rejected: Int
    let ignoredFields: [String]
    let ordersWithoutCreatedAt: Int
    private let createdAt: String

    init<Sink>(_ outcome: FileImporter<Sink>.Outcome) {
        orders = outcome.counts.orders
        rejected = outcome.counts.rejected
        ignoredFields = outcome.ignoredFields
        ordersWithoutCreatedAt = outcome.ordersWithoutTime
        createdAt = "\(outcome.createdAt)"
    }

    func text(_ source: ImportSource, isDryRun: Bool, givesTime: Bool) -> String {
        var text = "import: \(isDryRun ? "dry run" : "done"), \(orders) orders, \(rejected) rejected"
        if isDryRun {
            text += "; nothing was changed\n"
        } else {
            text += orders > 0 ? "; all are on the topic, and an order that was there before counts once\n" : "\n"
        }
        if !ignoredFields.isEmpty {
            text += "import: fields that no order has were left out: \(ignoredFields.joined(separator: ", "))\n"
        }
        if ordersWithoutCreatedAt > 0 {
            let why =
                givesTime ? "" : source.file == nil ? ", the time of this import" : ", when the file was last changed"
            text += "import: \(ordersWithoutCreatedAt) orders without created_at were given \(createdAt)\(why)\n"
        }
        return text
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return "{\"summary\":\(String(decoding: try encoder.encode(self), as: UTF8.self))}\n"
    }
}
