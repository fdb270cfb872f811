import NIOCore

/// One mutation of several that are sent together. The content is JSON already.
public struct DocumentMutation: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case insert(ByteBuffer)
        case replace(ByteBuffer, cas: UInt64)
        case upsert(ByteBuffer)
        case remove(cas: UInt64)
        case paths([MutateInSpec], StoreSemantics)
    }

    /// The key of its document.
    public let key: String
    let kind: Kind

    /// Writes a new document.
    public static func insert(_ key: String, json: ByteBuffer) -> DocumentMutation {
        DocumentMutation(key: key, kind: .insert(json))
    }

    /// Writes a document that is there already. A CAS of 0 is no check.
    public static func replace(_ key: String, json: ByteBuffer, cas: UInt64) -> DocumentMutation {
        DocumentMutation(key: key, kind: .replace(json, cas: cas))
    }

    /// Writes a document, whether it is there or not.
    public static func upsert(_ key: String, json: ByteBuffer) -> DocumentMutation {
        DocumentMutation(key: key, kind: .upsert(json))
    }

    /// Removes a document. A CAS of 0 is no check.
    public static func remove(_ key: String, cas: UInt64 = 0) -> DocumentMutation {
        DocumentMutation(key: key, kind: .remove(cas: cas))
    }

    /// Changes paths of a document: all of them, or none. One mutation takes up to 16.
    public static func paths(
        _ key: String, _ specs: [MutateInSpec], semantics: StoreSemantics = .replace
    ) -> DocumentMutation { DocumentMutation(key: key, kind: .paths(specs, semantics)) }

    func operation(_ options: MutationOptions) -> KeyValueOperation {
        var options = options
        switch kind {
        case .insert(let json): return .insert(.json(json), options)
        case .replace(let json, let cas):
            options.cas = cas
            return .replace(.json(json), options)
        case .upsert(let json): return .upsert(.json(json), options)
        case .remove(let cas):
            options.cas = cas
            return .remove(options)
        case .paths(let specs, let semantics): return .mutate(specs.map(\.mutation), semantics, options)
        }
    }
}

extension DocumentCollection {
    /// Sends many mutations together. Each ends by itself; the results have the order of the mutations.
    ///
    /// - Parameters:
    ///   - mutations: the changes, each of one document.
    ///   - settings: what holds for each of them, but for the CAS, which is the mutation's own.
    public func mutate(
        _ mutations: [DocumentMutation], _ settings: MutationSettings = MutationSettings()
    ) async -> [Result<MutationResult, CouchbaseError>] {
        let timeout = timeout(settings)
        let options = settings.operationOptions(timeout: timeout)
        return await together(mutations) { request($0.operation(options), $0.key, timeout) }
            .map { $0.map { MutationResult(cas: $0.cas, token: $0.token) } }
    }

    /// Reads the same paths of many documents together. The results have the order of the keys.
    public func lookupIn(
        _ keys: [String], _ specs: [LookupInSpec], timeout: Duration? = nil
    ) async -> [Result<LookupInResult, CouchbaseError>] {
        let (operation, names) = (KeyValueOperation.lookup(specs.map(\.lookup)), specs.map(\.lookup.path))
        return await together(keys) { request(operation, $0, timeout) }
            .map { $0.map { LookupInResult(cas: $0.cas, paths: $0.paths, names: names) } }
    }

    /// A bounded number of operations is under way at a time.
    func together<Item>(
        _ items: [Item], _ request: (Item) -> OperationRequest
    ) async -> [Result<OperationResult, CouchbaseError>] {
        var results: [Result<OperationResult, CouchbaseError>] = []
        results.reserveCapacity(items.count)
        for start in stride(from: 0, to: items.count, by: Self.batchSize) {
            let part = items[start..<min(start + Self.batchSize, items.count)]
            results += await scope.bucket.driver.run(part.map(request))
        }
        return results
    }

    /// So many operations are under way at a time.
    private static let batchSize = 1_024
}
