import NIOCore

extension KeyValueOperation {
    /// What the response to this operation says.
    /// - Throws: the error that its status means, or ``CouchbaseError/Code/protocolViolation`` where it cannot be read.
    func result(of response: ResponseFrame, vbucket: UInt16) throws(CouchbaseError) -> OperationResult {
        let value = try Self.plainValue(of: response)
        var result = OperationResult(cas: response.cas)
        switch (self, response.status) {
        case (.lookup(let paths), .success), (.lookup(let paths), .successDeleted),
            (.lookup(let paths), .multiPathFailure), (.lookup(let paths), .multiPathFailureDeleted):
            result.paths = try Self.lookupResults(value.bytes, count: paths.count)
            return result
        case (.mutate(let paths, _, _), .success), (.mutate(let paths, _, _), .successDeleted):
            result.paths = try Self.mutationResults(value.bytes, count: paths.count)
        case (.mutate(let paths, _, _), .multiPathFailure), (.mutate(let paths, _, _), .multiPathFailureDeleted):
            throw try Self.pathFailure(value.bytes, paths: paths)
        case (_, .success): break
        default: throw error(for: response.status, details: Self.details(value))
        }
        var extras = response.extras
        switch self {
        case .get, .getReplica, .getAndTouch, .getAndLock:
            guard let flags = extras.readInteger(as: UInt32.self) else {
                throw CouchbaseError(.protocolViolation, "the response to \(opcode) has no flags")
            }
            result.content = Content(bytes: value.bytes, flags: flags)
        default:
            if isMutation, extras.readableBytes == 16,
                let (uuid, number) = extras.readMultipleIntegers(as: (UInt64, UInt64).self)
            {
                result.token = MutationToken(vbucket: vbucket, vbucketUUID: uuid, sequenceNumber: number)
            }
        }
        return result
    }

    private static func plainValue(of response: ResponseFrame) throws(CouchbaseError) -> FrameValue {
        do {
            return try response.plainValue()
        } catch {
            throw CouchbaseError(.protocolViolation, error.description, status: response.status.rawValue)
        }
    }

    /// Status, length and value of each path.
    private static func lookupResults(_ bytes: ByteBuffer, count: Int) throws(CouchbaseError) -> [PathResult] {
        var rest = bytes
        var results: [PathResult] = []
        for _ in 0..<count {
            guard let (status, length) = rest.readMultipleIntegers(as: (UInt16, UInt32).self),
                let value = rest.readSlice(length: Int(length))
            else { throw damagedPaths }
            results.append(PathResult(status: Status(rawValue: status), value: value))
        }
        guard rest.readableBytes == 0 else { throw damagedPaths }
        return results
    }

    /// Index, status, length and value: only of the paths that return something.
    private static func mutationResults(_ bytes: ByteBuffer, count: Int) throws(CouchbaseError) -> [PathResult] {
        var rest = bytes
        var results = Array(repeating: PathResult(status: .success, value: ByteBuffer()), count: count)
        while rest.readableBytes > 0 {
            guard let (index, status) = rest.readMultipleIntegers(as: (UInt8, UInt16).self), Int(index) < count else {
                throw damagedPaths
            }
            var value = ByteBuffer()
            if status == Status.success.rawValue {
                guard let length = rest.readInteger(as: UInt32.self), let slice = rest.readSlice(length: Int(length))
                else { throw damagedPaths }
                value = slice
            }
            results[Int(index)] = PathResult(status: Status(rawValue: status), value: value)
        }
        return results
    }

    /// The first path that failed; nothing was changed then.
    private static func pathFailure(
        _ bytes: ByteBuffer, paths: [PathMutation]
    ) throws(CouchbaseError) -> CouchbaseError {
        var rest = bytes
        guard let (index, status) = rest.readMultipleIntegers(as: (UInt8, UInt16).self), Int(index) < paths.count else {
            throw damagedPaths
        }
        let path = paths[Int(index)].path
        let failed = Status(rawValue: status)
        return CouchbaseError(failed.errorCode, "the path \"\(path)\" failed", status: status)
    }

    private static let damagedPaths = CouchbaseError(.protocolViolation, "the results of the paths are damaged")

    /// Where the server explains an error: `{"error": {"context": …}}` as text, within a bound.
    private static func details(_ value: FrameValue) -> String {
        guard value.isJSON else { return "" }
        return String(decoding: value.bytes.readableBytesView.prefix(500), as: UTF8.self)
    }

    /// The error that a status means for this operation.
    func error(for status: Status, details: String = "") -> CouchbaseError {
        var code = status.errorCode
        switch (self, status) {
        case (.insert, .exists), (.mutate(_, .insert, _), .exists): code = .documentExists
        case (.unlock, .locked): code = .casMismatch
        default: break
        }
        let message = details.isEmpty ? "\(opcode) failed" : "\(opcode) failed: \(details)"
        return CouchbaseError(code, message, status: status.rawValue)
    }
}
