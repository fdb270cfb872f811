import NIOCore

/// What is done with one document.
enum KeyValueOperation: Hashable, Sendable {
    case get
    /// From a replica's node.
    case getReplica
    case getAndTouch(Expiry)
    case getAndLock(seconds: UInt32)
    case unlock(cas: UInt64)
    case touch(Expiry)
    case insert(Content, MutationOptions)
    case upsert(Content, MutationOptions)
    case replace(Content, MutationOptions)
    case remove(MutationOptions)
    case lookup([PathLookup])
    case mutate([PathMutation], StoreSemantics, MutationOptions)

    /// Whether a second execution does no harm: the document is only read.
    var isIdempotent: Bool {
        switch self {
        case .get, .getReplica, .lookup: true
        default: false
        }
    }

    /// Whether the document's content can be changed by it.
    var isMutation: Bool { options != nil }

    var options: MutationOptions? {
        switch self {
        case .insert(_, let options), .upsert(_, let options), .replace(_, let options), .remove(let options),
            .mutate(_, _, let options):
            options
        case .get, .getReplica, .getAndTouch, .getAndLock, .unlock, .touch, .lookup: nil
        }
    }

    var opcode: Opcode {
        switch self {
        case .get: .get
        case .getReplica: .getReplica
        case .getAndTouch: .getAndTouch
        case .getAndLock: .getLocked
        case .unlock: .unlock
        case .touch: .touch
        case .insert: .add
        case .upsert: .set
        case .replace: .replace
        case .remove: .delete
        case .lookup: .subdocumentLookup
        case .mutate: .subdocumentMutation
        }
    }
}

/// What a mutation of paths does with a document that is there, or is not.
public enum StoreSemantics: UInt8, Hashable, Sendable {
    /// It has to be there.
    case replace = 0x00
    /// It is created where it is missing.
    case upsert = 0x01
    /// It must not be there.
    case insert = 0x02
}
