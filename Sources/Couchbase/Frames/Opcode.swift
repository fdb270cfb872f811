/// What a request asks for. An unknown number is kept.
struct Opcode: RawRepresentable, Hashable, Sendable {
    let rawValue: UInt8

    init(rawValue: UInt8) { self.rawValue = rawValue }
    private init(_ rawValue: UInt8) { self.rawValue = rawValue }

    static let get = Opcode(0x00)
    static let set = Opcode(0x01)
    static let add = Opcode(0x02)
    static let replace = Opcode(0x03)
    static let delete = Opcode(0x04)
    static let increment = Opcode(0x05)
    static let decrement = Opcode(0x06)
    static let noop = Opcode(0x0a)
    static let append = Opcode(0x0e)
    static let prepend = Opcode(0x0f)
    static let touch = Opcode(0x1c)
    static let getAndTouch = Opcode(0x1d)
    static let hello = Opcode(0x1f)
    static let saslListMechanisms = Opcode(0x20)
    static let saslAuth = Opcode(0x21)
    static let saslStep = Opcode(0x22)
    static let getReplica = Opcode(0x83)
    static let selectBucket = Opcode(0x89)
    static let observeSequenceNumber = Opcode(0x91)
    static let getLocked = Opcode(0x94)
    static let unlock = Opcode(0x95)
    static let getMeta = Opcode(0xa0)
    static let getClusterConfig = Opcode(0xb5)
    static let getManifest = Opcode(0xba)
    static let getCollectionID = Opcode(0xbb)
    static let subdocumentLookup = Opcode(0xd0)
    static let subdocumentMutation = Opcode(0xd1)
    static let getErrorMap = Opcode(0xfe)

    /// The server's own table: its requests have opcodes apart from the client's.
    static let configChanged = Opcode(0x01)
}

extension Opcode: CustomStringConvertible {
    private static let names: [Opcode: String] = [
        .get: "get", .set: "set", .add: "add", .replace: "replace", .delete: "delete", .increment: "increment",
        .decrement: "decrement", .noop: "noop", .append: "append", .prepend: "prepend", .touch: "touch",
        .getAndTouch: "get-and-touch", .hello: "hello", .saslListMechanisms: "sasl-list-mechanisms",
        .saslAuth: "sasl-auth", .saslStep: "sasl-step", .getReplica: "get-replica", .selectBucket: "select-bucket",
        .observeSequenceNumber: "observe-seqno", .getLocked: "get-locked", .unlock: "unlock", .getMeta: "get-meta",
        .getClusterConfig: "get-cluster-config", .getManifest: "get-manifest",
        .getCollectionID: "get-collection-id", .subdocumentLookup: "subdoc-lookup",
        .subdocumentMutation: "subdoc-mutation", .getErrorMap: "get-error-map",
    ]

    var description: String { Self.names[self] ?? "opcode 0x\(String(rawValue, radix: 16))" }
}
