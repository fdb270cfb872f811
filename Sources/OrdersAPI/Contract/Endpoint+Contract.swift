import HTTPTypes
import OrderEvents
import OrderStore
import Webhooks

extension Endpoint {
    /// `GET /api/orders/{id}` is `get_api_orders_id`: stable, and fit for the names of generated code.
    var operationID: String {
        let words = path.split(whereSeparator: { !$0.isLetter && !$0.isNumber }).joined(separator: "_")
        return "\(method.rawValue.lowercased())_\(words)"
    }

    /// A path that can be asked for: with examples for its parameters.
    var examplePath: String {
        let group = Topology.services.first { $0.inputs.contains(Topics.orders.name) }?.group ?? ""
        let examples = [
            "id": "1", "topic": Topics.orders.name, "group": group, "partition": "3", "offset": "17",
            "webhook_id": OrderOutcome.paid.messageID(of: OrderID(1)!), "name": "crm",
        ]
        return examples.reduce(path) { $0.replacing("{\($1.key)}", with: $1.value) }
    }

    /// What the endpoint gives, and what any request may get.
    var allResponses: [ResponseSpec] {
        var all = responses
        func add(_ statuses: HTTPResponse.Status...) {
            for status in statuses
            where !all.contains(where: { $0.status == status && $0.contentType == Problem.contentType }) {
                all.append(.problem(status))
            }
        }
        // A foreign host, a broken request; and under /api a store or a log that is away.
        add(.badRequest, .misdirectedRequest)
        if method != .get { add(.forbidden) }
        if access != .anyone { add(.unauthorized, .forbidden, .tooManyRequests) }
        if path.hasPrefix("/api/") { add(.serviceUnavailable) }
        return all
    }
}

extension Endpoint.ResponseSpec {
    /// The form of its body.
    var form: JSONSchema { schema.isEmpty ? .text : .named(schema) }
}

extension ParameterSpec.Schema {
    var jsonSchema: JSONSchema {
        switch self {
        case .integer(let range): .integer(range)
        case .boolean: .boolean
        case .enumeration(let values): .enumeration(values)
        case .dateTime: .time
        case .amount: .number
        case .text(let maximumBytes, _): .string(.length(0...maximumBytes))
        }
    }
}
