extension PlatformSetting {
    /// The commands that open the order store.
    private static let storeCommands: Set<Command> = [.up, .sink, .api, .verify, .store, .doctor]

    static let store: [PlatformSetting] = [
        PlatformSetting(
            "couchbase.host", "COUCHBASE_HOST",
            "Where the orders are kept, if not in a file: hosts, or a connection string. "
                + "Capella's hosts are encrypted, others with `couchbases://`.",
            values: "hosts with commas, couchbase://…, couchbases://…", commands: storeCommands),
        PlatformSetting(
            "couchbase.username", "COUCHBASE_USERNAME", "Who reads and writes there.", values: "text",
            commands: storeCommands),
        PlatformSetting(
            "couchbase.password", "COUCHBASE_PASSWORD", "The user's password.", values: "text", .secret,
            commands: storeCommands),
        PlatformSetting(
            "couchbase.bucket", "COUCHBASE_BUCKET", "The bucket, which has to exist.", values: "a name",
            commands: storeCommands),
        PlatformSetting(
            "couchbase.scope", "COUCHBASE_SCOPE", "The scope that holds the store's collections.", values: "a name",
            default: "orders", commands: storeCommands),
        PlatformSetting(
            "couchbase.ca-location", "COUCHBASE_CA_LOCATION",
            "The authorities that may sign the nodes' certificates. Capella's console has its own for download.",
            values: "a PEM file", default: "those of the system", commands: storeCommands, kind: .file),
        PlatformSetting(
            "couchbase.durability", "COUCHBASE_DURABILITY",
            "Which copies must have a write before it counts. With `auto` a majority, where the bucket has replicas.",
            values: "auto, none, majority, majority-and-persist, persist-to-majority", default: "auto",
            commands: storeCommands,
            kind: .oneOf(["auto", "none", "majority", "majority-and-persist", "persist-to-majority"])),
        PlatformSetting(
            "couchbase.schema", "COUCHBASE_SCHEMA",
            "Whether the start makes the scope, collections and indexes that are missing.", values: "make, leave",
            default: "make", commands: storeCommands, kind: .oneOf(["make", "leave"])),
    ]
}
