import ArgumentParser
import BrokerAccess
import BrokerRights
import Foundation

struct UsersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "users",
        abstract: "Who may log in to the embedded broker from other machines, and what they may do.",
        discussion: """
            The file holds no passwords, only what checks them. A broker that runs takes changes over within seconds, and closes the \
            connections of users that are gone.
            """,
        subcommands: [UsersAdd.self, UsersRemove.self, UsersList.self], defaultSubcommand: UsersList.self)
}

/// Which file.
struct UsersFileOptions: ParsableArguments {
    @OptionGroup var users: BrokerUsersOptions
    @OptionGroup var data: DataOptions

    var file: UsersFile { UsersFile(path: users.path(environment: processEnvironment, dataDirectory: data.dataDir)) }
}

extension NamePattern: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

struct UsersAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add a user, or give one another password and other rights.",
        discussion: """
            The password is made and shown once, or read from standard input with --password-stdin. A pattern is a name, or the beginning of \
            names with an asterisk: orders-*. A producer needs --write TOPIC; a consumer --read TOPIC and --group GROUP.
            """)
    @Argument(help: "The name that clients log in with.") var name: String
    @Option(help: ArgumentHelp("Topics to read.", valueName: "PATTERN")) var read: [NamePattern] = []
    @Option(help: ArgumentHelp("Topics to append to.", valueName: "PATTERN")) var write: [NamePattern] = []
    @Option(help: ArgumentHelp("Topics to do everything with; * is everything there is.", valueName: "PATTERN"))
    var admin: [NamePattern] = []
    @Option(help: ArgumentHelp("Consumer groups to be in.", valueName: "PATTERN")) var group: [NamePattern] = []
    @Option(help: ArgumentHelp("Transactional ids to use.", valueName: "PATTERN")) var transaction: [NamePattern] = []
    @Flag(help: "Read the password from standard input: the first line.") var passwordStdin = false
    @OptionGroup var options: UsersFileOptions

    private var grants: [Grant] {
        let kinds: [(Grant.Kind, [NamePattern])] = [
            (.read, read), (.write, write), (.admin, admin), (.group, group), (.transaction, transaction),
        ]
        return kinds.flatMap { kind, patterns in patterns.map { Grant(kind, $0) } }
    }

    func validate() throws {
        if grants.isEmpty {
            throw ValidationError("a user without rights can do nothing: give --read, --write or --admin with a topic")
        }
    }

    func run() async throws {
        let password = passwordStdin ? try Self.firstLine() : Self.made()
        let user = try BrokerUser(name: name, password: password, grants: grants)
        let file = options.file
        try FileManager.default.createDirectory(
            at: URL(fileURLWithPath: file.path).deletingLastPathComponent(), withIntermediateDirectories: true)
        var wasThere = false
        try file.change { users in
            wasThere = users.contains { $0.name == name }
            users.removeAll { $0.name == name }
            users.append(user)
        }
        let rights = grants.map(\.description).joined(separator: " ")
        Standard.error("\(wasThere ? "changed" : "added") \(name) in \(file.path): \(rights)\n")
        if !passwordStdin {
            Standard.error("the password, which is shown this once:\n")
            Standard.output("\(password)\n")
        }
    }

    private static func firstLine() throws -> String {
        // Not readLine(), which takes any amount.
        let bytes = FileHandle.standardInput.readData(ofLength: 4096)
        guard
            let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
                .first,
            !line.isEmpty
        else { throw PlatformError("standard input has no password: its first line is to be it") }
        return line.hasSuffix("\r") ? String(line.dropLast()) : String(line)
    }

    /// 192 random bits in characters that need no quotes.
    private static func made() -> String {
        let bytes = (0..<24).map { _ in UInt8.random(in: .min ... .max) }
        return Data(bytes).base64EncodedString().replacing("+", with: ".").replacing("/", with: "_")
    }
}

struct UsersRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "remove", abstract: "Remove a user.")
    @Argument(help: "The name.") var name: String
    @OptionGroup var options: UsersFileOptions

    func run() async throws {
        let file = options.file
        try file.change { users in
            guard users.contains(where: { $0.name == name }) else {
                throw PlatformError(
                    "there is no user \(name) in \(file.path); `orders users list` shows those there are")
            }
            users.removeAll { $0.name == name }
        }
        Standard.error("removed \(name) from \(file.path)\n")
    }
}

struct UsersList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the users and their rights. The default.")
    @Flag(help: "JSON for machines.") var json = false
    @OptionGroup var options: UsersFileOptions

    struct Row: Codable {
        var name: String
        var mechanisms: [String]
        var rights: [String]
    }

    func run() async throws {
        let rows = try options.file.read().map { user in
            Row(
                name: user.name, mechanisms: user.verifiers.map(\.hash.mechanism) + ["PLAIN"],
                rights: user.grants.map(\.description))
        }
        if json { return try Table.printJSON(rows) }
        Table.print(["USER", "RIGHTS"], rows.map { [$0.name, $0.rights.joined(separator: " ")] })
    }
}
