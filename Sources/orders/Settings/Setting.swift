import Secrets

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

    /// A URL that requests are sent to, nil where the variable is unset or empty; one that cannot be used is an error
    /// that shows nothing of it.
    static func url(_ name: String, in environment: [String: String]) throws -> SecretURL? {
        guard let text = environment[name], !text.isEmpty else { return nil }
        do throws(SecretURL.Flaw) {
            return try SecretURL(Secret(text))
        } catch {
            throw PlatformError(
                "\(name) is not an http or https URL that can be used: \(error). Correct \(StartSettings.place(of: name)) or unset it."
            )
        }
    }
}
