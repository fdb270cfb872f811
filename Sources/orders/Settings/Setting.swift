/// Reading one variable of the environment.
enum Setting {
    /// The parsed value, nil where the variable is unset or empty; a value that does not parse is an error naming the
    /// variable.
    static func parse<T>(
        _ name: String, in environment: [String: String], _ parse: (String) -> T?, _ expected: String,
        isSecret: Bool = false
    ) throws -> T? {
        guard let text = environment[name], !text.isEmpty else { return nil }
        guard let value = parse(text) else {
            throw PlatformError(
                "\(name)\(isSecret ? "" : "=\(text)") is not \(expected). Correct \(StartSettings.place(of: name)) or unset it."
            )
        }
        return value
    }
}
