/// The tables of `docs/CONFIGURATION.md`.
public enum ConfigurationPage {
    /// All settings, one a row.
    public static var table: String {
        let head = """
            | variable | flag | file | meaning | values | default | secret |
            |---|---|---|---|---|---|---|

            """
        return head + PlatformSetting.all.map(row).joined()
    }

    /// Which command uses which settings.
    public static var commands: String {
        let head = "| command | settings beside those of every command |\n|---|---|\n"
        let common = PlatformSetting.all.filter { $0.commands.isSuperset(of: Command.everything.subtracting([.bench])) }
        let rows = Command.allCases.map { command in
            let own = PlatformSetting.all.filter { setting in
                setting.commands.contains(command) && !common.contains { $0.key == setting.key }
            }
            return "| `\(command.rawValue)` | \(names(of: own).map { "`\($0)`" }.joined(separator: ", ")) |\n"
        }
        return head + rows.joined()
    }

    /// Their keys; a group that is there as a whole is one name.
    private static func names(of settings: [PlatformSetting]) -> [String] {
        var names: [String] = []
        for setting in settings {
            let group = setting.key.prefix { $0 != "." }
            let all = PlatformSetting.all.filter { $0.key.hasPrefix(group + ".") }
            let isWhole = all.count > 1 && all.allSatisfy { one in settings.contains { $0.key == one.key } }
            let name = isWhole ? "\(group).*" : setting.key
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    private static func row(_ setting: PlatformSetting) -> String {
        let secret =
            switch setting.secrecy {
            case .open: ""
            case .secret: "yes"
            case .watched: "yes, read again"
            }
        let cells = [
            "`\(setting.variable)`", setting.flag.map { "`\($0)`" } ?? "", "`\(setting.key)`", setting.meaning,
            setting.values, setting.defaultValue, secret,
        ]
        return "| " + cells.joined(separator: " | ") + " |\n"
    }
}
