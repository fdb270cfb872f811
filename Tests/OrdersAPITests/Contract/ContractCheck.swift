import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import OrdersAPI

/// Compares answers with what the API's description says of them.
enum ContractCheck {
    /// Of a server like those of the tests: the routes do not depend on what it serves.
    private static let table = Result { try APIFixture().service.routes.table }

    /// Records an issue if an answer is none of those that its endpoint describes.
    static func check(_ response: TestResponse, _ method: HTTPRequest.Method, _ uri: String) throws {
        let path = uri.prefix { $0 != "?" }
        let matching = try table.get().routes.map(\.endpoint).filter { $0.method == method && $0.matches(path: path) }
        // Unknown paths and other methods are described by no endpoint.
        guard let endpoint = matching.first else { return }
        let type = response.headers[.contentType] ?? ""
        let described = endpoint.allResponses.first { $0.status == response.status && $0.contentType == type }
        guard let described else {
            Issue.record("\(method) \(uri) answers \(response.status.code) \(type), which is not described")
            return
        }
        guard type == "application/json" || type == Problem.contentType, response.body.readableBytes > 0,
            response.headers[.contentEncoding] == nil
        else { return }
        let body = try JSONSerialization.jsonObject(with: Data(response.text.utf8), options: .fragmentsAllowed)
        for misfit in misfits(body, described.form, at: described.schema).prefix(5) {
            Issue.record("\(method) \(uri): \(misfit)")
        }
    }

    /// Where the value is not of the form.
    static func misfits(_ value: Any, _ schema: JSONSchema, at place: String) -> [String] {
        func unless(_ fits: Bool) -> [String] { fits ? [] : ["\(place) is \(value), which is not \(schema)"] }
        switch schema {
        case .any: return []
        case .named(let name):
            guard let schema = Contract.schema(named: name) else { return ["\(place): there is no form \(name)"] }
            return misfits(value, schema, at: place)
        case .nullable(let schema): return value is NSNull ? [] : misfits(value, schema, at: place)
        case .anyOf(let choices):
            return unless(choices.contains { misfits(value, $0, at: place).isEmpty })
        case .array(let items, let atMost):
            guard let array = value as? [Any] else { return unless(false) }
            return unless(array.count <= atMost ?? .max)
                + array.enumerated().flatMap { misfits($0.element, items, at: "\(place).\($0.offset)") }
        case .map(let values):
            guard let object = value as? [String: Any] else { return unless(false) }
            return object.flatMap { misfits($0.value, values, at: "\(place).\($0.key)") }
        case .object(let properties, let allowsOthers):
            guard let object = value as? [String: Any] else { return unless(false) }
            let known = Set(properties.map(\.name))
            let unknown = allowsOthers ? [] : object.keys.filter { !known.contains($0) }
            let missing = properties.filter { $0.isRequired && object[$0.name] == nil }.map(\.name)
            return unknown.map { "\(place).\($0) is not described" } + missing.map { "\(place).\($0) is missing" }
                + properties.flatMap { property in
                    object[property.name].map { misfits($0, property.schema, at: "\(place).\(property.name)") } ?? []
                }
        case .boolean: return unless((value as? NSNumber).map { CFBoolean.isBoolean($0) } ?? false)
        case .number: return unless(isNumber(value))
        case .integer(let range):
            guard isNumber(value), let number = value as? NSNumber else { return unless(false) }
            return unless(
                number.doubleValue == number.doubleValue.rounded() && range?.contains(number.int64Value) ?? true)
        case .enumeration(let values): return unless((value as? String).map(values.contains) ?? false)
        case .string(let format):
            guard let text = value as? String else { return unless(false) }
            switch format {
            case nil: return []
            case .dateTime: return unless(text.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/) != nil)
            case .length(let range): return unless(range.contains(text.count))
            case .pattern(let pattern): return unless(text.range(of: pattern, options: .regularExpression) != nil)
            }
        }
    }

    private static func isNumber(_ value: Any) -> Bool {
        (value as? NSNumber).map { !CFBoolean.isBoolean($0) } ?? false
    }
}

/// Foundation reads true and 1 as the same type.
private enum CFBoolean {
    static func isBoolean(_ number: NSNumber) -> Bool { String(cString: number.objCType) == "c" }
}
