import Foundation
import Kafka
import OrderServices
import Secrets
import Settings

/// The steps `settings` and `files`: what can be said without leaving this machine. Pure but for the files.
struct SettingsCheck {
    let environment: [String: String]

    func findings() -> [DoctorFinding] {
        var findings = values() + names() + secrets() + kafka() + urls()
        if !findings.contains(where: { $0.state != .ok }) {
            let count = PlatformSetting.all.filter { !environment[$0.variable, default: ""].isEmpty }.count
            findings = [.ok("settings", "all", "\(count) are set, and each is one that can be used")]
        }
        return findings + files()
    }

    private func values() -> [DoctorFinding] {
        PlatformSetting.all.compactMap { setting in
            guard let text = environment[setting.variable], !text.isEmpty, let kind = setting.kind,
                !kind.accepts(text)
            else { return nil }
            let shown = setting.secrecy == .open ? " is \"\(text.prefix(100))\", which" : ""
            return .failed(
                "settings", setting.variable, "the value\(shown) is not one that can be used",
                "Set \(StartSettings.place(of: setting.variable)) to: \(setting.values).")
        }
    }

    private func names() -> [DoctorFinding] {
        EnvironmentNames.warnings(environment).map {
            .warning("settings", "environment", $0, "Correct the name, or unset the variable.")
        }
    }

    /// What was copied along with a secret.
    private func secrets() -> [DoctorFinding] {
        PlatformSetting.all.compactMap { setting in
            guard setting.secrecy != .open, let text = environment[setting.variable] else { return nil }
            guard let flaw = SecretFlaw(Secret(text)), !(flaw == .url && setting.kind != nil) else { return nil }
            return .warning(
                "settings", setting.variable, "the secret looks wrong: \(flaw.rawValue)",
                "Set it to the bare secret, or name a file that holds it with \(setting.variable)_FILE.")
        }
    }

    private func kafka() -> [DoctorFinding] {
        do {
            _ = try KafkaSettings.fromEnvironment(environment)
            return []
        } catch {
            return [.failed("settings", "kafka", error.message, "Correct the setting.")]
        }
    }

    private func urls() -> [DoctorFinding] {
        ["PAYMENT_GATEWAY_URL", "ALERT_WEBHOOK_URL"].compactMap { name in
            guard let text = environment[name], !text.isEmpty else { return nil }
            do throws(SecretURL.Flaw) {
                _ = try SecretURL(Secret(text))
                return nil
            } catch {
                return .failed("settings", name, error.description, Self.urlAdvice)
            }
        }
    }

    private static let urlAdvice = "Set it to an http or https URL, without quotation marks or spaces."

    private func files() -> [DoctorFinding] {
        PlatformSetting.all.flatMap { setting -> [DoctorFinding] in
            var findings: [DoctorFinding] = []
            if case .file? = setting.kind, let path = environment[setting.variable], !path.isEmpty {
                findings.append(readable(path, setting.variable, isPrivate: setting.variable.contains("KEY")))
            }
            if let name = setting.fileVariable, let path = environment[name], !path.isEmpty {
                findings.append(readable(path, name, isPrivate: true))
                if let flaw = (try? SecretSource.file(path).read()).flatMap(SecretFlaw.init) {
                    findings.append(
                        .warning(
                            "files", name, "the secret in \(path) looks wrong: \(flaw.rawValue)",
                            "Write the bare secret to the file."))
                }
            }
            return findings
        }
    }

    private func readable(_ path: String, _ name: String, isPrivate: Bool) -> DoctorFinding {
        guard FileManager.default.fileExists(atPath: path) else {
            return .failed("files", name, "there is no \(path)", "Correct the path, or put the file there.")
        }
        guard FileManager.default.isReadableFile(atPath: path) else {
            return .failed("files", name, "this user may not read \(path)", "Give this user the right to read it.")
        }
        var found = stat()
        if isPrivate, stat(path, &found) == 0, found.st_mode & S_IFMT == S_IFREG, found.st_mode & 0o004 != 0 {
            return .warning(
                "files", name, "every user of this machine may read \(path)", "Take that right away: chmod o-r.")
        }
        return .ok("files", name, "\(path) can be read")
    }
}
