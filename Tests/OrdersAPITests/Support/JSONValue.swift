import Foundation

/// A parsed JSON text, for looking at: `value["orders.0.amount"]`.
struct JSONValue: Equatable, CustomStringConvertible {
    let description: String
    private let object: NSObject

    init(_ text: String) throws {
        object =
            try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed) as? NSObject ?? NSNull()
        description = text
    }

    private init(_ object: NSObject) {
        self.object = object
        description = "\(object)"
    }

    /// Members by name, elements by number, joined with dots; nil if there is none.
    subscript(path: String) -> JSONValue? {
        var current: Any = object
        for part in path.split(separator: ".") {
            if let array = current as? [Any], let index = Int(part), array.indices.contains(index) {
                current = array[index]
            } else if let dictionary = current as? [String: Any], let member = dictionary[String(part)] {
                current = member
            } else {
                return nil
            }
        }
        return (current as? NSObject).map { JSONValue($0) }
    }

    /// A member whose name may have dots.
    func member(_ name: String) -> JSONValue? {
        ((object as? [String: Any])?[name] as? NSObject).map { JSONValue($0) }
    }

    /// As Foundation read it.
    var foundation: Any { object }
    var string: String? { object as? String }
    var int: Int64? { (object as? NSNumber)?.int64Value }
    var double: Double? { (object as? NSNumber)?.doubleValue }
    var bool: Bool? { object as? Bool }
    var isNull: Bool { object is NSNull }
    var count: Int? { (object as? [Any])?.count }
    var keys: [String]? { (object as? [String: Any])?.keys.sorted() }

    static func == (left: JSONValue, right: JSONValue) -> Bool { left.object == right.object }
}
