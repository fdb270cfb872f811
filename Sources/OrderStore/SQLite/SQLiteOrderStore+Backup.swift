import GRDB

extension SQLiteOrderStore {
    /// Copies a store's file to one that does not exist, while others read and write it: one state of it, as after a
    /// batch. Blocking; it takes as long as writing the file.
    public static func copy(of path: String, to target: String) throws(OrderStoreError) {
        var configuration = Configuration()
        configuration.readonly = true
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            defer {
                // Nothing was written: whatever closing might complain of is lost on nobody.
                try? queue.close()
            }
            try queue.inDatabase { db in try db.execute(sql: "VACUUM INTO ?", arguments: [target]) }
        } catch {
            throw StoreFile.explain(error, opening: path)
        }
    }
}
