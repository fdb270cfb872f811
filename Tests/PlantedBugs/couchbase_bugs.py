"""Bugs to plant in the Couchbase client."""

from bugs import Bug

CLIENT = "Sources/Couchbase/Client/"
CONNECTION = "Sources/Couchbase/Connection/"
OPERATIONS = "Sources/Couchbase/Operations/"

BUGS = [
    Bug(
        "repeats-ambiguous", "a durable write whose outcome is not known is done again",
        OPERATIONS + "RetryRule.swift",
        ".durableWriteReCommitInProgress:\n            return .retry",
        ".durableWriteReCommitInProgress, .durableWriteAmbiguous:\n            return .retry"),
    Bug(
        "repeats-lost-writes", "a write whose connection ended is done again on the next",
        CLIENT + "BucketClient+Answers.swift",
        "guard pending.request.operation.isIdempotent, phase == .open else",
        "guard phase == .open else"),
    Bug(
        "certain-timeouts", "a write that was sent and not answered is said to have changed nothing",
        CLIENT + "Pending.swift",
        "operation.isIdempotent ? .unambiguousTimeout : .ambiguousTimeout,",
        ".unambiguousTimeout,"),
    Bug(
        "certain-losses", "a write whose connection ended is said to have changed nothing",
        CONNECTION + "KVConnection.swift",
        "operation.isIdempotent ? .requestCanceled : .ambiguousConnectionLoss",
        ".requestCanceled"),
    Bug(
        "cancels-what-was-sent", "a write that was sent is said to be cancelled",
        CLIENT + "BucketClient+Operations.swift",
        "if case .inFlight = pending.state, !pending.request.operation.isIdempotent { return }",
        ""),
    Bug(
        "numbers-again", "the number of a request that ended is given to the next one",
        CONNECTION + "KVConnection.swift",
        "defer { nextOpaque &+= 1 }",
        "defer { nextOpaque = 1 }"),
    Bug(
        "older-maps", "an older configuration takes the place of a newer one",
        CLIENT + "BucketClient+Config.swift",
        "if let config, new.version <= config.version { return }",
        "if let config, new.version == config.version { return }"),
    Bug(
        "stale-collections", "the id of a collection is never looked up again",
        CLIENT + "BucketClient+Answers.swift",
        "if refresh == .collection { forget(pending.request.collection, knownAs: pending.collectionID) }",
        ""),
    Bug(
        "lost-buckets", "a connection that lost its bucket is asked for collections again and again",
        CLIENT + "BucketClient+Collections.swift",
        "                replace(linkID)\n",
        ""),
    Bug(
        "stays-away", "a connection that ended is not opened again",
        CLIENT + "BucketClient+Links.swift",
        "        schedule(.reopen(id), at: now + Self.reopenDelay(after: slot.failures))\n",
        ""),
    Bug(
        "forgets-the-displaced", "operations that waited for a node that is gone wait on",
        CLIENT + "BucketClient+Config.swift",
        "        for id in displaced { dispatch(id) }\n",
        "", found_by="DisplacedOperationTests"),
]
