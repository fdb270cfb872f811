extension Status {
    private static let errorCodes: [Status: CouchbaseError.Code] = [
        .notFound: .documentNotFound, .exists: .casMismatch, .tooBig: .valueTooLarge, .invalid: .invalidArgument,
        .notStored: .documentNotFound, .notANumber: .deltaInvalid, .noBucket: .bucketNotFound,
        .locked: .documentLocked, .notLocked: .documentNotLocked, .throttled: .rateLimited,
        .authStale: .authenticationFailure, .authError: .authenticationFailure, .noAccess: .authenticationFailure,
        .notInitialized: .temporaryFailure,
        .rateLimitedNetworkIngress: .rateLimited, .rateLimitedNetworkEgress: .rateLimited,
        .rateLimitedConnections: .rateLimited, .rateLimitedCommands: .rateLimited,
        .unknownFrameInfo: .featureNotAvailable, .unknownCommand: .unsupportedOperation,
        .notSupported: .unsupportedOperation, .outOfMemory: .temporaryFailure, .busy: .temporaryFailure,
        .temporaryFailure: .temporaryFailure, .internal: .internalServerFailure,
        .notMyVBucket: .temporaryFailure, .configOnly: .temporaryFailure,
        .unknownCollection: .collectionNotFound, .unknownScope: .scopeNotFound,
        .durabilityInvalid: .durabilityLevelNotAvailable, .durabilityImpossible: .durabilityImpossible,
        .durableWriteInProgress: .durableWriteInProgress, .durableWriteAmbiguous: .durabilityAmbiguous,
        .durableWriteReCommitInProgress: .durableWriteReCommitInProgress,
        .pathNotFound: .pathNotFound, .pathMismatch: .pathMismatch, .pathInvalid: .pathInvalid,
        .pathTooBig: .pathTooBig, .pathTooDeep: .pathTooDeep, .valueInvalid: .valueInvalid,
        .notJSON: .documentNotJSON, .numberTooBig: .numberTooBig, .deltaInvalid: .deltaInvalid,
        .pathExists: .pathExists, .valueTooDeep: .valueTooDeep, .invalidCombination: .invalidArgument,
        .attributeInvalidFlags: .invalidArgument, .attributeInvalidKeys: .xattrInvalidKeyCombo,
        .attributeUnknownMacro: .xattrUnknownMacro, .attributeUnknownVirtual: .xattrUnknownVirtualAttribute,
        .attributeCannotModifyVirtual: .xattrCannotModifyVirtualAttribute, .attributeInvalidOrder: .invalidArgument,
    ]

    /// The error by its RFC name. What is unknown is a failure within the server.
    var errorCode: CouchbaseError.Code { Self.errorCodes[self] ?? .internalServerFailure }

    /// Whether this client knows what it means, without the server's error map.
    var isKnown: Bool {
        self == .success || self == .successDeleted || self == .authContinue || self == .multiPathFailure
            || self == .multiPathFailureDeleted || Self.errorCodes[self] != nil
    }
}
