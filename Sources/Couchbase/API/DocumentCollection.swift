import NIOCore

/// A collection of documents, by key.
///
/// Each call ends within its timeout. What may be repeated is repeated until then. An error says whether the document may
/// have been changed all the same: ``CouchbaseError/isAmbiguous``.
public struct DocumentCollection: Sendable {
    /// Its name.
    public let name: String
    /// The scope in which it is.
    public let scope: Scope

    private var times: ConnectionOptions { scope.bucket.cluster.connectionString.options }
    private var fullName: CollectionName { CollectionName(scope: scope.name, collection: name) }

    func request(_ operation: KeyValueOperation, _ key: String, _ timeout: Duration?, replica: Int = 0)
        -> OperationRequest
    {
        OperationRequest(
            operation: operation, key: key, collection: fullName, replica: replica,
            timeout: timeout ?? times.keyValueTimeout)
    }

    func run(_ operation: KeyValueOperation, _ key: String, _ timeout: Duration?) async throws(CouchbaseError)
        -> OperationResult
    { try await scope.bucket.driver.run(request(operation, key, timeout)) }

    /// A mutation's own time is longer where it has to be durable.
    func timeout(_ settings: MutationSettings) -> Duration {
        settings.timeout ?? (settings.durability == nil ? times.keyValueTimeout : times.durableTimeout)
    }

    private func mutate(
        _ key: String, _ settings: MutationSettings, _ operation: (MutationOptions) -> KeyValueOperation
    ) async throws(CouchbaseError) -> MutationResult {
        let timeout = timeout(settings)
        let result = try await run(operation(settings.operationOptions(timeout: timeout)), key, timeout)
        return MutationResult(cas: result.cas, token: result.token)
    }

    // MARK: Reading

    /// Reads a document.
    /// - Throws: ``CouchbaseError/Code/documentNotFound``.
    public func get(_ key: String, timeout: Duration? = nil) async throws(CouchbaseError) -> GetResult {
        try GetResult(try await run(.get, key, timeout))
    }

    /// Reads many documents together. The results have the order of the keys.
    public func get(
        _ keys: [String], timeout: Duration? = nil
    ) async -> [Result<GetResult, CouchbaseError>] {
        await together(keys) { request(.get, $0, timeout) }.map { answer in
            answer.flatMap { result in Result { () throws(CouchbaseError) in try GetResult(result) } }
        }
    }

    /// Reads a document from one of its replicas, which may be behind. The first is 1.
    public func get(
        _ key: String, fromReplica replica: Int, timeout: Duration? = nil
    ) async throws(CouchbaseError) -> GetResult {
        guard (1...3).contains(replica) else {
            throw CouchbaseError(.invalidArgument, "replicas have the numbers 1 to 3, not \(replica)")
        }
        return try GetResult(
            try await scope.bucket.driver.run(request(.getReplica, key, timeout, replica: replica)))
    }

    /// Reads paths of a document.
    /// - Throws: what concerns the document; the errors of paths are in the result.
    public func lookupIn(
        _ key: String, _ specs: [LookupInSpec], timeout: Duration? = nil
    ) async throws(CouchbaseError) -> LookupInResult {
        let result = try await run(.lookup(specs.map(\.lookup)), key, timeout)
        return LookupInResult(cas: result.cas, paths: result.paths, names: specs.map(\.lookup.path))
    }

    /// Whether there is a document with this key.
    public func exists(_ key: String, timeout: Duration? = nil) async throws(CouchbaseError) -> Bool {
        do throws(CouchbaseError) {
            _ = try await run(.lookup([PathLookup(kind: .get, path: "$document.CAS", isAttribute: true)]), key, timeout)
            return true
        } catch {
            if error.code == .documentNotFound { return false }
            throw error
        }
    }

    // MARK: Writing

    /// Writes a new document as JSON.
    /// - Throws: ``CouchbaseError/Code/documentExists``.
    @discardableResult
    public func insert(
        _ key: String, _ value: some Encodable, _ settings: MutationSettings = MutationSettings()
    ) async throws(CouchbaseError) -> MutationResult {
        let content = Content.json(try JSONContent.encode(value))
        return try await mutate(key, settings) { .insert(content, $0) }
    }

    /// Writes a document as JSON, whether it is there or not.
    @discardableResult
    public func upsert(
        _ key: String, _ value: some Encodable, _ settings: MutationSettings = MutationSettings()
    ) async throws(CouchbaseError) -> MutationResult {
        let content = Content.json(try JSONContent.encode(value))
        return try await mutate(key, settings) { .upsert(content, $0) }
    }

    /// Writes a document that is there already.
    /// - Throws: ``CouchbaseError/Code/documentNotFound``, ``CouchbaseError/Code/casMismatch``.
    @discardableResult
    public func replace(
        _ key: String, _ value: some Encodable, _ settings: MutationSettings = MutationSettings()
    ) async throws(CouchbaseError) -> MutationResult {
        let content = Content.json(try JSONContent.encode(value))
        return try await mutate(key, settings) { .replace(content, $0) }
    }

    /// Writes bytes that are JSON already.
    @discardableResult
    public func upsert(
        _ key: String, json: ByteBuffer, _ settings: MutationSettings = MutationSettings()
    ) async throws(CouchbaseError) -> MutationResult {
        try await mutate(key, settings) { .upsert(.json(json), $0) }
    }

    /// Removes a document.
    @discardableResult
    public func remove(
        _ key: String, _ settings: MutationSettings = MutationSettings()
    ) async throws(CouchbaseError) -> MutationResult {
        try await mutate(key, settings) { .remove($0) }
    }

    /// Changes paths of a document: all of them, or none. The semantics say what to do where it is there, or is not.
    /// - Throws: the error of the first path that fails.
    @discardableResult
    public func mutateIn(
        _ key: String, _ specs: [MutateInSpec], semantics: StoreSemantics = .replace,
        _ settings: MutationSettings = MutationSettings()
    ) async throws(CouchbaseError) -> MutationResult {
        let paths = specs.map(\.mutation)
        return try await mutate(key, settings) { .mutate(paths, semantics, $0) }
    }

    // MARK: Expiry and locks

    /// Sets when a document is deleted.
    public func touch(_ key: String, _ expiry: Expiry, timeout: Duration? = nil) async throws(CouchbaseError) {
        _ = try await run(.touch(expiry), key, timeout)
    }

    /// Reads a document, and sets when it is deleted.
    public func getAndTouch(
        _ key: String, _ expiry: Expiry, timeout: Duration? = nil
    ) async throws(CouchbaseError) -> GetResult { try GetResult(try await run(.getAndTouch(expiry), key, timeout)) }

    /// Reads a document, and locks it for others for 1 to 30 seconds; its CAS is the key to the lock.
    public func getAndLock(
        _ key: String, seconds: UInt32 = 15, timeout: Duration? = nil
    ) async throws(CouchbaseError) -> GetResult {
        try GetResult(try await run(.getAndLock(seconds: seconds), key, timeout))
    }

    /// Unlocks a document.
    public func unlock(_ key: String, cas: UInt64, timeout: Duration? = nil) async throws(CouchbaseError) {
        _ = try await run(.unlock(cas: cas), key, timeout)
    }
}

extension GetResult {
    init(_ result: OperationResult) throws(CouchbaseError) {
        guard let content = result.content else {
            throw CouchbaseError(.protocolViolation, "the answer to a read has no document")
        }
        self.init(cas: result.cas, content: content)
    }
}
