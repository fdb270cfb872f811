/// What must hold in every run.
enum Invariant: String, CaseIterable {
    case acknowledgedRecordIsKept = "an acknowledged record is kept, at its offset"
    case noDuplicates = "no record of an idempotent producer is there twice"
    case nothingInvented = "nothing is there that was not sent there"
    case producerOrder = "a producer's records are in the order in which it sent them, without gaps"
    case offsetsAreDense = "offsets are dense and in order"
    case transactionsAreWhole = "a transaction is seen whole or not at all"
    case outcomeIsKept = "a transaction's acknowledged outcome stands"
    case openIsInvisible = "nothing of an undecided transaction is seen by a read-committed reader"
    case nothingHangs = "no transaction stays open beyond its timeout"
    case fenced = "a fenced producer is refused"
    case notFencedInVain = "the current producer is not refused"
    case producerIDsAreUnique = "a producer id is given out once"
    case readersSeeTheSame = "what a reader has seen stays as it was"
    case watermarksNeverGoBack = "watermarks never go back"
    case offsetsNeverGoBack = "committed group offsets never go back"
    case offsetsFollowTransactions = "offsets committed in a transaction stand exactly if it does"
    case oldGenerationsAreRefused = "a member of an old generation cannot commit"
    case keysKeepTheirLatest = "compaction keeps the latest record of each key"
    case recoverySucceeds = "the broker starts again after any crash, and finds no damage"
    case recoveryIsIdempotent = "recovering again gives the same state"
    case recoveryBringsBackAll = "recovery brings back exactly what was there when all was quiet"
    case deletedStaysDeleted = "a topic that was deleted stays so, and one created again under its name begins at 0"
    case forgottenBeginsAnew = "a transactional id that was forgotten starts over"
    case unreadIsKept = "retention never takes what a declared group has not committed"
    case everythingIsAnswered = "with a healthy disk everything is answered in the end"
    case membersSettle = "left alone, a group's members come to a stable group"
}

/// An invariant that did not hold.
struct Violation: Error, CustomStringConvertible {
    var invariant: Invariant
    var detail: String
    var description: String { "\(invariant.rawValue): \(detail)" }
}
