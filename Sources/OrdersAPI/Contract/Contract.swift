/// The forms of everything that the API takes and gives, by name. Routes name them; the OpenAPI document, the checks of
/// answers in tests and the dashboard's types are all made from them.
enum Contract {
    /// In the order of the document.
    static let schemas: [Form] = [orders, figures, system, deadLetters, webhooks, [Form("Problem", problem)]].flatMap(
        \.self)

    /// A form with its name.
    struct Form: Sendable {
        let name: String
        let schema: JSONSchema

        init(_ name: String, _ schema: JSONSchema) {
            self.name = name
            self.schema = schema
        }

        /// An object of all these members.
        init(_ name: String, _ members: [JSONSchema.Property]...) {
            self.init(name, .object(members.flatMap(\.self)))
        }
    }

    static func schema(named name: String) -> JSONSchema? { schemas.first { $0.name == name }?.schema }

    static let problem = JSONSchema.object([
        .required("type", .text, "Stable: tells problems apart"),
        .required("title", .text), .required("status", .integer(400...599)),
        .required("detail", .text, "What was wrong, and what to do"),
        .required("instance", .text, "The path asked for"),
        .required("request_id", .text, "The request's id in the server's log"),
        .optional(
            "errors",
            .array(.object([.required("field", .text), .required("detail", .text)])),
            "Each field or parameter that is wrong"),
    ])

    static let cursor = JSONSchema.nullable(.text)
    static let level = JSONSchema.enumeration(["degraded", "down"])
    static let problems = JSONSchema.array(.named("PartProblem"))
}
