import Configuration
import Foundation
import Synchronization
import Spelling

/// The settings of a YAML file, by the names of their variables.
public struct SettingsFile: Sendable {
    /// Where it was read.
    public let path: String
    /// By variable.
    public let values: [String: String]

    /// Larger ones are no file of settings.
    static let limit = 1 << 20

    /// Reads a file.
    ///
    /// - Throws: ``SettingsError`` naming the file, and the key that is unknown with the nearest one that is known.
    public init(path: String) throws(SettingsError) {
        let bytes: [UInt8]
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            // Nothing was written, so closing cannot lose anything.
            defer { try? file.close() }
            bytes = Array(try file.read(upToCount: Self.limit + 1) ?? Data())
        } catch {
            throw SettingsError("the file of settings \(path) cannot be read: correct --config or ORDERS_CONFIG.")
        }
        guard bytes.count <= Self.limit else {
            throw SettingsError("the file of settings \(path) is larger than 1 MiB: it is no file of settings.")
        }
        try self.init(path: path, yaml: bytes)
    }

    init(path: String, yaml bytes: [UInt8]) throws(SettingsError) {
        self.path = path
        // Comments alone are no settings, and no error.
        let hasContent = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).contains {
            let line = $0.drop(while: \.isWhitespace)
            return !line.isEmpty && !line.hasPrefix("#") && line != "---"
        }
        guard hasContent else {
            values = [:]
            return
        }
        let seen = SeenKeys()
        let snapshot: YAMLSnapshot
        do {
            // Asked of each key whether it is secret: so this sees all of them.
            snapshot = try YAMLSnapshot(
                data: bytes.span.bytes, providerName: path,
                parsingOptions: .init(secretsSpecifier: .dynamic { key, _ in seen.add(key) }))
        } catch {
            // The parser's own words may quote a line, and a line may hold a secret.
            throw SettingsError("the file of settings \(path) is not YAML with names and values: correct it.")
        }
        var values: [String: String] = [:]
        for key in seen.keys.sorted() {
            let variable = try Self.variable(of: key, in: path)
            values[variable] = try Self.text(of: key, in: snapshot, path)
        }
        self.values = values
    }

    private final class SeenKeys: Sendable {
        private let names = Mutex<Set<String>>([])
        var keys: Set<String> { names.withLock { $0 } }

        func add(_ key: String) -> Bool {
            names.withLock { _ = $0.insert(key) }
            return true
        }
    }

    private static func text(of key: String, in snapshot: YAMLSnapshot, _ path: String) throws(SettingsError) -> String
    {
        do {
            let parts = key.split(separator: ".").map(String.init)
            let found = try snapshot.value(forKey: AbsoluteConfigKey(parts), type: .string)
            if case .string(let text)? = found.value?.content { return text }
        } catch {
            // A list, or something else that is no single value: said below.
        }
        throw SettingsError("\(key) in \(path) is not a single value: write several servers with commas.")
    }

    /// What a key of the file is called in the environment.
    static func variable(of key: String, in path: String) throws(SettingsError) -> String {
        for setting in PlatformSetting.all {
            if setting.key == key { return setting.variable }
            if let file = setting.fileVariable, setting.key + "-file" == key { return file }
        }
        for family in PlatformSetting.families where key.hasPrefix(family.key) {
            return family.variable + key.dropFirst(family.key.count).uppercased().replacing(".", with: "_")
        }
        let known = PlatformSetting.all.flatMap { $0.fileVariable == nil ? [$0.key] : [$0.key, $0.key + "-file"] }
        let nearest = NearName.closest(to: key, in: known) ?? ""
        throw SettingsError("\(path) has \(key), which is no setting. The nearest that there is: \(nearest).")
    }
}
