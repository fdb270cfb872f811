/// What became of a request. An unknown number is kept; the server's error map may know it.
struct Status: RawRepresentable, Hashable, Sendable {
    let rawValue: UInt16

    init(rawValue: UInt16) { self.rawValue = rawValue }
    private init(_ rawValue: UInt16) { self.rawValue = rawValue }

    static let success = Status(0x00)
    static let notFound = Status(0x01)
    /// The document is there already, or its CAS is another.
    static let exists = Status(0x02)
    static let tooBig = Status(0x03)
    static let invalid = Status(0x04)
    static let notStored = Status(0x05)
    static let notANumber = Status(0x06)
    static let notMyVBucket = Status(0x07)
    static let noBucket = Status(0x08)
    static let locked = Status(0x09)
    static let throttled = Status(0x0c)
    static let configOnly = Status(0x0d)
    static let notLocked = Status(0x0e)
    static let authStale = Status(0x1f)
    static let authError = Status(0x20)
    static let authContinue = Status(0x21)
    static let noAccess = Status(0x24)
    static let notInitialized = Status(0x25)
    static let rateLimitedNetworkIngress = Status(0x30)
    static let rateLimitedNetworkEgress = Status(0x31)
    static let rateLimitedConnections = Status(0x32)
    static let rateLimitedCommands = Status(0x33)
    static let unknownFrameInfo = Status(0x80)
    static let unknownCommand = Status(0x81)
    static let outOfMemory = Status(0x82)
    static let notSupported = Status(0x83)
    static let `internal` = Status(0x84)
    static let busy = Status(0x85)
    static let temporaryFailure = Status(0x86)
    static let unknownCollection = Status(0x88)
    static let unknownScope = Status(0x8c)
    static let durabilityInvalid = Status(0xa0)
    static let durabilityImpossible = Status(0xa1)
    static let durableWriteInProgress = Status(0xa2)
    static let durableWriteAmbiguous = Status(0xa3)
    static let durableWriteReCommitInProgress = Status(0xa4)
}

/// Of one path of a document, or of a request with paths.
extension Status {
    static let pathNotFound = Status(0xc0)
    static let pathMismatch = Status(0xc1)
    static let pathInvalid = Status(0xc2)
    static let pathTooBig = Status(0xc3)
    static let pathTooDeep = Status(0xc4)
    static let valueInvalid = Status(0xc5)
    static let notJSON = Status(0xc6)
    static let numberTooBig = Status(0xc7)
    static let deltaInvalid = Status(0xc8)
    static let pathExists = Status(0xc9)
    static let valueTooDeep = Status(0xca)
    static let invalidCombination = Status(0xcb)
    /// Some of the paths failed; each has its own status.
    static let multiPathFailure = Status(0xcc)
    static let successDeleted = Status(0xcd)
    static let attributeInvalidFlags = Status(0xce)
    static let attributeInvalidKeys = Status(0xcf)
    static let attributeUnknownMacro = Status(0xd0)
    static let attributeUnknownVirtual = Status(0xd1)
    static let attributeCannotModifyVirtual = Status(0xd2)
    static let multiPathFailureDeleted = Status(0xd3)
    static let attributeInvalidOrder = Status(0xd4)
}

extension Status: CustomStringConvertible {
    var description: String { "status 0x\(String(rawValue, radix: 16))" }
}
