import Secrets

/// The settings of one run: what the environment and the file of settings say, put together.
///
/// A flag beats the environment, the environment beats the file, and the file beats the default.
public struct ResolvedSettings: Sendable {
    /// Where a value comes from.
    public enum Origin: Sendable, Hashable {
        case environment
        case file(path: String, key: String)
    }

    /// The environment, with the file's values where it has none, and with the secrets that are read once from files.
    public private(set) var environment: [String: String]
    /// The command line without `--config`.
    public private(set) var arguments: [String]
    /// The file of settings, if one was named.
    public let file: SettingsFile?
    /// What was put on the command line for the user, by flag.
    public private(set) var givenFlags: [String: String] = [:]

    /// Nothing but the environment.
    public init(environment: [String: String]) {
        self.environment = environment
        arguments = []
        file = nil
    }

    /// - Parameters:
    ///   - arguments: the command line without the program's name.
    ///   - environment: the process's.
    /// - Throws: ``SettingsError`` naming what is wrong and where.
    public init(arguments: [String], environment: [String: String]) throws(SettingsError) {
        let (path, rest) = try Self.takeConfig(from: arguments)
        self.arguments = rest
        self.environment = environment
        let named = path ?? environment["ORDERS_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        file = try named.map { (path) throws(SettingsError) in try SettingsFile(path: path) }
        for (variable, value) in file?.values ?? [:]
        where self.environment[variable, default: ""].isEmpty && !value.isEmpty {
            self.environment[variable] = value
        }
        dropOtherHalf()
        try readSecrets()
        giveFlags()
    }

    /// Where the value of a variable comes from.
    public func origin(of variable: String, in original: [String: String]) -> Origin {
        guard let file, file.values[variable] != nil, original[variable, default: ""].isEmpty else {
            return .environment
        }
        let key = PlatformSetting.all.first { $0.variable == variable }?.key ?? variable
        return .file(path: file.path, key: key)
    }

    private static func takeConfig(from arguments: [String]) throws(SettingsError) -> (String?, [String]) {
        var (path, rest): (String?, [String]) = (nil, [])
        var index = 0
        while index < arguments.count {
            let argument = arguments[index]
            if argument == "--" {
                rest += arguments[index...]
                break
            } else if argument == "--config" {
                guard index + 1 < arguments.count else {
                    throw SettingsError("--config needs the path of a YAML file.")
                }
                path = arguments[index + 1]
                index += 1
            } else if argument.hasPrefix("--config=") {
                path = String(argument.dropFirst("--config=".count))
            } else {
                rest.append(argument)
            }
            index += 1
        }
        return (path, rest)
    }

    /// A secret of the environment beats a file of the settings' file that holds one, and the reverse.
    private mutating func dropOtherHalf() {
        guard let file else { return }
        for setting in PlatformSetting.all {
            guard let other = setting.fileVariable, let value = environment[setting.variable], !value.isEmpty,
                let path = environment[other], !path.isEmpty
            else { continue }
            switch (file.values[setting.variable] == value, file.values[other] == path) {
            case (true, false): environment[setting.variable] = nil
            case (false, true): environment[other] = nil
            default: break
            }
        }
    }

    /// The secrets that are read once.
    private mutating func readSecrets() throws(SettingsError) {
        for setting in PlatformSetting.all {
            guard let name = setting.fileVariable, let path = environment[name], !path.isEmpty else { continue }
            guard environment[setting.variable, default: ""].isEmpty else {
                throw SettingsError("\(setting.variable) and \(name) are both set: unset one of them.")
            }
            guard setting.secrecy == .secret else { continue }
            do throws(SecretError) {
                environment[setting.variable] = try SecretSource.file(path).read().reveal()
            } catch {
                throw SettingsError("\(name) names a file that is of no use: \(error). Correct it or the file.")
            }
            environment[name] = nil
        }
    }

    /// Puts on the command line what its command knows as flags only.
    private mutating func giveFlags() {
        guard let command = arguments.first.flatMap(Command.init(rawValue:)) else { return }
        let end = arguments.firstIndex(of: "--") ?? arguments.count
        let given = arguments[..<end]
        var added: [String] = []
        for setting in PlatformSetting.all {
            guard setting.reading == .flag, setting.commands.contains(command), let flag = setting.flag,
                let value = environment[setting.variable], !value.isEmpty,
                !given.contains(where: { $0 == flag || $0.hasPrefix(flag + "=") }), appliesHere(setting, command)
            else { continue }
            added.append("\(flag)=\(value)")
            givenFlags[flag] = setting.variable
        }
        arguments.insert(contentsOf: added, at: end)
    }

    /// A data directory that is named makes a tool look for the platform that runs there and for no other.
    private func appliesHere(_ setting: PlatformSetting, _ command: Command) -> Bool {
        guard setting.variable == "ORDERS_DATA_DIR", Command.tools.contains(command), command != .verify else {
            return true
        }
        return environment["KAFKA_BOOTSTRAP_SERVERS", default: ""].isEmpty
            && !arguments.contains { $0 == "--kafka" || $0.hasPrefix("--kafka=") }
    }
}
