import Couchbase
import NIOCore

/// The write of one document that only a lower revision may be replaced by: what to do next, from what came back.
///
/// Without any I/O. Whatever order answers come in, and however often one is lost, the stored revision never goes down.
/// So a write whose outcome is not known is looked at, and done again if need be.
struct RevisionedWrite: Sendable {
    /// What to ask for next.
    enum Step: Hashable, Sendable {
        case insert
        case replace(cas: UInt64)
        /// Read the stored revision.
        case look
        /// The stored revision is this one or higher.
        case done(StoredState)
    }

    /// What an attempt can end with, apart from a success.
    enum Failure: Hashable, Sendable {
        /// There is a document already, or it is no longer the one that was read.
        case changed
        case notFound
        /// It may have been written.
        case ambiguous
    }

    let key: String
    let revision: Int64
    let json: ByteBuffer
    private(set) var step: Step
    private(set) var isNew = false
    /// Attempts that were answered. A caller gives up after ``maximumAttempts``.
    private(set) var attempts = 0

    /// Others have to come between each time for so many to be needed.
    static let maximumAttempts = 32

    /// - Parameter known: the state in which this process left the document, where it did.
    init(key: String, revision: Int64, json: ByteBuffer, known: StoredState?) {
        self.key = key
        self.revision = revision
        self.json = json
        switch known {
        // What is remembered to be as new is looked at: a failover may have lost it.
        case let known? where known.revision >= revision: step = .look
        case let known?: step = .replace(cas: known.cas)
        // Most orders that are not remembered are new.
        case nil: step = .insert
        }
    }

    /// The insert or the replacement took place.
    mutating func wrote(cas: UInt64) {
        attempts += 1
        step = .done(StoredState(cas: cas, revision: revision))
    }

    /// The stored document was looked at.
    mutating func saw(_ state: StoredState) {
        attempts += 1
        step = state.revision >= revision ? .done(state) : .replace(cas: state.cas)
    }

    mutating func failed(_ failure: Failure) {
        attempts += 1
        switch failure {
        case .changed, .ambiguous: step = .look
        case .notFound: step = .insert
        }
    }
}

/// A stored document: which state it is in, and which revision that is.
struct StoredState: Hashable, Sendable {
    let cas: UInt64
    let revision: Int64
}

extension RevisionedWrite.Failure {
    /// nil: an error that is the answer to the whole batch.
    init?(_ error: CouchbaseError) {
        switch error.code {
        case .documentExists, .casMismatch: self = .changed
        case .documentNotFound: self = .notFound
        default:
            guard error.isAmbiguous else { return nil }
            self = .ambiguous
        }
    }
}
