/// Why an operation, or a connection to a cluster, failed.
public struct CouchbaseError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of the failure.
    public let code: Code
    /// What is wrong, where, and what to do, for people.
    public let message: String
    /// The status that the server answered with last, where it answered.
    public let status: UInt16?

    /// An error with a message for people.
    public init(_ code: Code, _ message: String, status: UInt16? = nil) {
        self.code = code
        self.message = message
        self.status = status
    }

    /// The kind, then the message.
    public var description: String {
        let status = status.map { " (status 0x\(String($0, radix: 16)))" } ?? ""
        return "\(code): \(message)\(status)"
    }
}

extension CouchbaseError {
    /// The kinds of failures, by the names that all SDKs share.
    ///
    /// The names are those of the SDKs' RFC 0058.
    public enum Code: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
        /// The caller asked for something impossible; nothing was sent.
        case invalidArgument
        /// The caller, or a closed connection, gave the operation up before anything was changed.
        case requestCanceled
        /// No node of the cluster runs the service.
        case serviceNotAvailable
        /// The server failed within itself.
        case internalServerFailure
        /// The credentials are wrong, or do not allow this.
        case authenticationFailure
        /// The server asks to try later, and the time is over.
        case temporaryFailure
        /// The document was changed since its CAS was read.
        case casMismatch
        /// There is no such bucket, or no access to it.
        case bucketNotFound
        /// There is no such collection.
        case collectionNotFound
        /// There is no such scope.
        case scopeNotFound
        /// The server cannot do this at all.
        case unsupportedOperation
        /// The time is over, and whether the mutation took place is not known.
        case ambiguousTimeout
        /// The time is over, and nothing was changed.
        case unambiguousTimeout
        /// The server, or the bucket, lacks this feature.
        case featureNotAvailable
        /// The value cannot be written in the form that is asked for.
        case encodingFailure
        /// The value is not of the form that is asked for.
        case decodingFailure
        /// The server refuses more requests for now.
        case rateLimited
        /// There is no document with this key.
        case documentNotFound
        /// There is a document with this key already.
        case documentExists
        /// The document is locked by another.
        case documentLocked
        /// The document is not locked.
        case documentNotLocked
        /// The document, or the key, is larger than the server takes.
        case valueTooLarge
        /// The bucket cannot give this durability.
        case durabilityLevelNotAvailable
        /// There are too few nodes for this durability at the moment.
        case durabilityImpossible
        /// The server does not know whether the mutation took place.
        case durabilityAmbiguous
        /// Another mutation of the document is not durable yet.
        case durableWriteInProgress
        /// Another mutation of the document is being committed again.
        case durableWriteReCommitInProgress
        /// The statement is not SQL++.
        case parsingFailure
        /// The statement cannot be planned: an index is missing, or something that it names.
        case planningFailure
        /// An index failed.
        case indexFailure
        /// There is no such index.
        case indexNotFound
        /// There is such an index already.
        case indexExists
        /// A prepared statement failed, and preparing it again did not help.
        case preparedStatementFailure
        /// A statement could not change a document.
        case dmlFailure
        /// The document has no such path.
        case pathNotFound
        /// The path leads through something of another kind.
        case pathMismatch
        /// The path is not well formed.
        case pathInvalid
        /// The path is too long.
        case pathTooBig
        /// The path, or the document, is nested too deeply.
        case pathTooDeep
        /// The value would nest the document too deeply.
        case valueTooDeep
        /// The value cannot stand at this path.
        case valueInvalid
        /// The document is not JSON.
        case documentNotJSON
        /// The number at the path is out of range.
        case numberTooBig
        /// The delta is zero or out of range.
        case deltaInvalid
        /// The path exists already.
        case pathExists
        /// The macro of an extended attribute is unknown.
        case xattrUnknownMacro
        /// The extended attributes cannot be combined so.
        case xattrInvalidKeyCombo
        /// The virtual extended attribute is unknown.
        case xattrUnknownVirtualAttribute
        /// A virtual extended attribute cannot be changed.
        case xattrCannotModifyVirtualAttribute
        /// The connection was lost, and whether the mutation took place is not known.
        case ambiguousConnectionLoss
        /// No connection can be had.
        case connectionFailure
        /// A server broke the protocol.
        case protocolViolation

        /// The name, as in Swift.
        public var description: String { rawValue }
    }

    /// Whether the operation may have changed the document although it failed.
    public var isAmbiguous: Bool {
        switch code {
        case .ambiguousTimeout, .durabilityAmbiguous, .ambiguousConnectionLoss: true
        default: false
        }
    }

    /// Whether the same operation may succeed later, with nothing changed by the caller.
    public var isRetriable: Bool {
        switch code {
        case .temporaryFailure, .unambiguousTimeout, .rateLimited, .documentLocked, .durabilityImpossible,
            .durableWriteInProgress, .durableWriteReCommitInProgress, .connectionFailure, .requestCanceled:
            true
        default: isAmbiguous
        }
    }
}
