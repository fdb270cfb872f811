import Couchbase
import OrderStore

extension OrderStoreError {
    /// What the cluster said, in the store's terms.
    init(_ error: CouchbaseError, of store: String) {
        self.init(Code(error.code), "\(store): \(error.message)\(OrderStoreError.advice(error.code))")
    }

    private static func advice(_ code: CouchbaseError.Code) -> String {
        switch code {
        case .collectionNotFound, .scopeNotFound, .planningFailure, .indexNotFound:
            "; `orders store indexes --print` prints what has to be made"
        case .durabilityImpossible: "; too few nodes are up for the durability that is set"
        default: ""
        }
    }
}

extension OrderStoreError.Code {
    fileprivate init(_ code: CouchbaseError.Code) {
        switch code {
        // A setting, a right or something that has to be made: it stays so until somebody changes it.
        case .authenticationFailure, .bucketNotFound, .scopeNotFound, .collectionNotFound, .planningFailure,
            .indexNotFound, .durabilityLevelNotAvailable, .featureNotAvailable, .unsupportedOperation,
            .invalidArgument:
            self = .cannotOpen
        case .decodingFailure, .documentNotJSON: self = .corrupt
        case .valueTooLarge, .encodingFailure, .parsingFailure: self = .other
        // The cluster, or a part of it, does not do it at the moment. What is ambiguous may be repeated, too.
        default: self = .unavailable
        }
    }
}
