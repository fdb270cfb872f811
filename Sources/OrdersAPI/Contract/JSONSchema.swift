/// The form of a JSON value: the part of JSON Schema (2020-12, as OpenAPI 3.1 has it) that the API's contract needs.
indirect enum JSONSchema: Sendable, Equatable {
    case string(Format? = nil)
    case enumeration([String])
    case integer(ClosedRange<Int64>? = nil)
    /// A decimal; amounts are exact in the text of the answer.
    case number
    case boolean
    case array(JSONSchema, atMost: Int? = nil)
    case object([Property], allowsOthers: Bool = false)
    /// An object whose members are named by data and all of one form.
    case map(JSONSchema)
    /// A schema of ``Contract/schemas``, by name.
    case named(String)
    case nullable(JSONSchema)
    /// A value that fits one of them.
    case anyOf([JSONSchema])
    /// Any value.
    case any

    /// What a string must look like.
    enum Format: Sendable, Equatable {
        case dateTime
        /// With so many characters.
        case length(ClosedRange<Int>)
        case pattern(String)
    }

    /// A member of an object.
    struct Property: Sendable, Equatable {
        let name: String
        let schema: JSONSchema
        let isRequired: Bool
        let description: String

        static func required(_ name: String, _ schema: JSONSchema, _ description: String = "") -> Property {
            Property(name: name, schema: schema, isRequired: true, description: description)
        }

        static func optional(_ name: String, _ schema: JSONSchema, _ description: String = "") -> Property {
            Property(name: name, schema: schema, isRequired: false, description: description)
        }
    }

    /// A count of something.
    static let count = JSONSchema.integer(0...Int64.max)
    static let time = JSONSchema.string(.dateTime)
    static let text = JSONSchema.string()
}

extension JSONWriter {
    /// A schema as a JSON value. Names are written as references into the document's components.
    mutating func schema(_ schema: JSONSchema, description: String = "") {
        object { json in
            if !description.isEmpty { json.member("description", description) }
            json.keywords(of: schema)
        }
    }

    mutating func keywords(of schema: JSONSchema) {
        switch schema {
        case .string(let format):
            member("type", "string")
            switch format {
            case nil: break
            case .dateTime: member("format", "date-time")
            case .length(let range):
                member("minLength", range.lowerBound)
                member("maxLength", range.upperBound)
            case .pattern(let pattern): member("pattern", pattern)
            }
        case .enumeration(let values):
            member("type", "string")
            array("enum", values) { $0.value($1) }
        case .integer(let range):
            member("type", "integer")
            guard let range else { return }
            member("minimum", range.lowerBound)
            // Beyond 2^53 a reader of JSON might not tell the bound from its neighbours.
            if range.upperBound != .max { member("maximum", range.upperBound) }
        case .number: member("type", "number")
        case .boolean: member("type", "boolean")
        case .array(let items, let atMost):
            member("type", "array")
            if let atMost { member("maxItems", atMost) }
            key("items")
            self.schema(items)
        case .object(let properties, let allowsOthers): members(properties, allowsOthers: allowsOthers)
        case .map(let values):
            member("type", "object")
            key("additionalProperties")
            self.schema(values)
        case .named(let name): member("$ref", "#/components/schemas/\(name)")
        case .nullable(let schema):
            array("anyOf", [schema, nil]) { json, choice in
                if let choice { json.schema(choice) } else { json.object { $0.member("type", "null") } }
            }
        case .anyOf(let choices): array("anyOf", choices) { $0.schema($1) }
        case .any: break
        }
    }

    private mutating func members(_ properties: [JSONSchema.Property], allowsOthers: Bool) {
        member("type", "object")
        object("properties") { json in
            for property in properties {
                json.key(text: property.name)
                json.schema(property.schema, description: property.description)
            }
        }
        let required = properties.filter(\.isRequired).map(\.name)
        if !required.isEmpty { array("required", required) { $0.value($1) } }
        if !allowsOthers { member("additionalProperties", false) }
    }
}
