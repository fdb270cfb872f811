import Spelling

/// Finds variables of the environment that are most likely misspelled settings: they would be ignored in silence.
public enum EnvironmentNames {
    /// Every variable that is read.
    public static let known: [String] =
        (PlatformSetting.all.flatMap { [$0.variable] + [$0.fileVariable].compactMap { $0 } } + ["ORDERS_CONFIG"])
        .sorted()

    /// A line for each variable whose name is nearly that of a setting. Names that are far from all of them are others'
    /// business.
    public static func warnings(_ environment: [String: String]) -> [String] {
        environment.keys.sorted().compactMap { name in
            guard !known.contains(name), !PlatformSetting.families.contains(where: { name.hasPrefix($0.variable) }),
                name.utf8.count >= 8, name.utf8.count <= 40, let meant = NearName.nearest(to: name, in: known)
            else { return nil }
            return "the environment variable \(name) is no setting and is not used; did you mean \(meant)?"
        }
    }
}
