import APIAccess
import ArgumentParser
import Foundation
import OrderEvents
import OrdersAPI

struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Make, list and revoke API keys.",
        discussion: """
            A key lets a program or a person use the HTTP API. It is shown once, when it is made. What is kept is its hash, in a file that only \
            its owner can read. A running server reads that file again within seconds.
            """,
        subcommands: [KeyAdd.self, KeyList.self, KeyRevoke.self], defaultSubcommand: KeyList.self)
}

extension Scope: ExpressibleByArgument {}

/// Which keys are meant, and where acts on them are written down.
struct KeyToolOptions: ParsableArguments {
    @OptionGroup var keys: KeyFileOptions
    @OptionGroup var data: DataOptions

    var file: KeyFile { keys.file(data: data) }

    static var now: Timestamp { OrdersAPIService.systemClock() }

    /// Writes an act on a key to the audit log of the data directory.
    func audit(_ act: String, _ key: APIKeyRecord) {
        // The key stands all the same; a keys file elsewhere need not have a data directory beside it.
        CommandAudit(data: data).record(act, target: "key:\(key.id) \(key.name)", result: "done")
    }
}

struct KeyAdd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Make a key, and show it once.")

    @Argument(help: "Whose it is or what for, such as \"shop front end\".") var name: String
    @Option(
        name: .customLong("scope"),
        help: "What its holder may do: read, write (place orders) or operate. May be repeated.")
    var scopes: [Scope]
    @Option(help: ArgumentHelp("After how many days it ends by itself. Default: never.", valueName: "DAYS"))
    var expires: Int?
    @Flag(help: "JSON for machines.") var json = false
    @OptionGroup var tool: KeyToolOptions

    func validate() throws {
        guard !scopes.isEmpty else {
            throw ValidationError("a key without a scope is good for nothing; say --scope read, write or operate")
        }
        guard APIKeyRecord.isUsable(name: name) else {
            throw ValidationError(
                "a key's name has 1 to \(APIKeyRecord.maximumNameBytes) bytes of printable characters")
        }
        if let expires, !(1...3_650).contains(expires) { throw ValidationError("--expires is 1 to 3650 days") }
    }

    private struct Made: Encodable {
        var id: String
        var name: String
        var scopes: [Scope]
        var key: String
        var expiresAt: String?
    }

    func run() throws {
        if !tool.data.isNamed || FileManager.default.fileExists(atPath: tool.data.dataDir) == false {
            try tool.data.prepare()
        }
        let now = KeyToolOptions.now
        let key = APIKeyText.make()
        let end = expires.map { now.advanced(byMilliseconds: Int64($0) * 86_400_000) }
        let record = APIKeyRecord(key: key, name: name, scopes: Set(scopes), createdAt: now, expiresAt: end)
        try tool.file.update { keys in
            guard !keys.contains(where: { $0.name == name && $0.standing(at: now) == .valid }) else {
                throw PlatformError("there is a key \"\(name)\" already. Revoke it first, or choose another name.")
            }
            keys.append(record)
        }
        tool.audit("keys add", record)
        if json {
            return try Table.printJSON(
                Made(id: key.id, name: name, scopes: Set(scopes).sorted(), key: key.text, expiresAt: end?.description))
        }
        Standard.output(
            """
            \(key.text)

            This is key \(key.id), "\(name)", for \(Set(scopes).sorted().map(\.rawValue).joined(separator: ", ")). It is shown only this once.
            Send it as `Authorization: Bearer`, or sign in to the dashboard with it.

            """)
    }
}

struct KeyList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the keys, the revoked ones too. The default.")
    @Flag(help: "JSON for machines.") var json = false
    @OptionGroup var tool: KeyToolOptions

    private struct Row: Encodable {
        var id: String
        var name: String
        var scopes: [Scope]
        var state: String
        var createdAt: String
        var expiresAt: String?
        var revokedAt: String?
    }

    func run() throws {
        let now = KeyToolOptions.now
        let rows = try tool.file.read().map { key in
            Row(
                id: key.id, name: key.name, scopes: key.scopes.sorted(), state: key.standing(at: now).rawValue,
                createdAt: "\(key.createdAt)", expiresAt: key.expiresAt?.description,
                revokedAt: key.revokedAt?.description)
        }
        if json { return try Table.printJSON(rows) }
        Table.print(
            ["ID", "NAME", "SCOPES", "STATE", "CREATED", "EXPIRES"],
            rows.map {
                [
                    $0.id, $0.name, $0.scopes.map(\.rawValue).joined(separator: ","), $0.state, $0.createdAt,
                    $0.expiresAt ?? "never",
                ]
            })
    }
}

struct KeyRevoke: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Revoke a key: a running server refuses it within seconds.")
    @Argument(help: "Its id, or its name.") var key: String
    @OptionGroup var tool: KeyToolOptions

    func run() throws {
        let now = KeyToolOptions.now
        let record = try tool.file.update { keys in
            let found = keys.indices.filter {
                keys[$0].id == key || (keys[$0].name == key && keys[$0].revokedAt == nil)
            }
            guard let index = found.first else {
                throw PlatformError("there is no key \"\(key)\" in \(tool.file.path); see `orders keys list`.")
            }
            if keys[index].revokedAt == nil { keys[index].revokedAt = now }
            return keys[index]
        }
        tool.audit("keys revoke", record)
        Standard.output("key \(record.id), \"\(record.name)\", is revoked\n")
    }
}
