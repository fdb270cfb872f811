import ArgumentParser
import CouchbaseOrderStore

struct StoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "The order store: its indexes, and copies from one kind to the other.",
        subcommands: [StoreIndexes.self, StoreCopyCommand.self])
}

struct StoreIndexes: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "indexes", abstract: "Make what the store on Couchbase needs, or print it.",
        discussion: """
            The platform makes scope, collections and indexes at its start, if its account may. If it may not, an administrator runs the \
            statements that --print shows, with the settings COUCHBASE_BUCKET and COUCHBASE_SCOPE.
            """)

    @Flag(help: "Print the statements, and run none. Nothing is connected to.") var print = false
    /// Every command takes it.
    @OptionGroup var data: DataOptions
    @OptionGroup var log: LogOptions

    func run() async throws {
        try log.bootstrap(environment: processEnvironment)
        if print {
            let bucket = processEnvironment["COUCHBASE_BUCKET", default: ""]
            guard !bucket.isEmpty else {
                throw PlatformError("COUCHBASE_BUCKET is not set. Set it to the bucket's name.")
            }
            let scope = processEnvironment["COUCHBASE_SCOPE", default: ""]
            let schema = StoreSchema(
                bucket: bucket, scope: scope.isEmpty ? CouchbaseStoreSettings.defaultScope : scope)
            for statement in schema.statements { Standard.output("\(statement);\n") }
            return
        }
        var settings = try StoreChoice.couchbase(processEnvironment)
        settings.makesSchema = true
        let store = try await StoreChoice.couchbase(settings).open()
        try await store.close()
        Standard.output("scope, collections and indexes of \(settings.bucket).\(settings.scope) are there\n")
    }
}
