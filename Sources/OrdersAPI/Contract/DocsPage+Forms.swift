extension DocsPage {
    /// A form as a table of its members, or in words.
    static func form(_ schema: JSONSchema) -> String {
        guard case .object(let properties, _) = schema else { return "<p>\(link(schema))</p>\n" }
        var text = "<table>\n"
        for property in properties {
            text += "<tr><td><code>\(property.name)</code>\(property.isRequired ? "" : " (optional)")</td>"
            text += "<td>\(link(property.schema))</td><td>\(escaped(property.description))</td></tr>\n"
        }
        return text + "</table>\n"
    }

    /// What a value is, in a few words, with links to the forms that it names.
    static func link(_ schema: JSONSchema) -> String {
        switch schema {
        case .string(.dateTime): "time"
        case .string(.pattern(let pattern)): "text like <code>\(escaped(pattern))</code>"
        case .string: "text"
        case .enumeration(let values): values.map { "<code>\(escaped($0))</code>" }.joined(separator: ", ")
        case .integer: "whole number"
        case .number: "decimal"
        case .boolean: "true or false"
        case .array(let items, _): "list of \(link(items))"
        case .object(let properties, _):
            "object of " + properties.map { "<code>\($0.name)</code>" }.joined(separator: ", ")
        case .map(let values): "object of \(link(values)) by name"
        case .named(let name):
            Contract.schema(named: name) == nil ? escaped(name) : "<a href=\"#form-\(name)\">\(name)</a>"
        case .nullable(let schema): "\(link(schema)) or null"
        case .anyOf(let choices): choices.map(link).joined(separator: ", or ")
        case .any: "any value"
        }
    }

    static let style = """
        :root { color-scheme: light dark; }
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
        h2 { margin-top: 3rem; border-top: 1px solid #8884; padding-top: 1rem; }
        pre { padding: .75rem; overflow-x: auto; border-radius: .4rem; background: #8882; }
        table { border-collapse: collapse; margin: .75rem 0; }
        th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #8883; }
        nav ul { list-style: none; padding: 0; }

        """
}
