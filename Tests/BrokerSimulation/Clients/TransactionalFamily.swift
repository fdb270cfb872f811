@testable import BrokerCore

/// All producers that ever use one transactional id: at any time one of them is the current one, and those before may be zombies
/// that do not know it yet.
final class TransactionalFamily {
    let number: Int
    let id: String
    let group: String
    let timeoutMilliseconds: Int32
    /// What the broker has given out, in order; the last one is the only one that may still do anything.
    private(set) var identities: [ProducerIdentity] = []
    /// For each of ``identities``, the number of requests that the broker had got when it answered with it.
    private(set) var answeredAt: [Int] = []
    /// Who got each of ``identities``.
    private var owners: [String] = []
    var transactions = 0
    /// The newest request for an identity that the broker got, whoever sent it and whatever it resulted in.
    private(set) var newestRequest = 0
    /// Nobody has used the id for long, so the broker may forget it as soon as it looks; until it is given again.
    var mayBeForgotten = false
    /// How many requests the broker had got when the machine last slept for days.
    var sleptAt = 0
    /// The broker has forgotten it, and nobody has asked for an identity since. Who asks next gets one, whatever it was before.
    var isForgotten = false {
        didSet { firstAfterForgetting = nil }
    }
    /// The request for an identity that the broker got first after it had forgotten the id.
    private var firstAfterForgetting: Int?
    /// The request that the last of ``identities`` was the answer to.
    private var lastRequest = 0

    init(number: Int, timeoutMilliseconds: Int32) {
        self.number = number
        self.id = "tx\(number)"
        self.group = "tx\(number)-group"
        self.timeoutMilliseconds = timeoutMilliseconds
    }

    /// The broker got a request for an identity.
    func asked(handledAt: Int) {
        newestRequest = handledAt
        if isForgotten, firstAfterForgetting == nil { firstAfterForgetting = handledAt }
    }

    /// Whether the request is the first that the broker got after it had forgotten the id: those that follow meet what that one began, though its
    /// answer may be under way (seed 8064).
    func beginsAnew(handledAt: Int) -> Bool { isForgotten && firstAfterForgetting == handledAt }

    /// The broker has answered with an identity.
    ///
    /// - Parameters:
    ///   - requests: how many requests it has got by now.
    ///   - handledAt: which of them this was the answer to.
    ///   - owner: who asked.
    /// - Returns: who else has been given the same identity.
    func given(_ identity: ProducerIdentity, requests: Int, handledAt: Int, owner: String) -> String? {
        lastRequest = max(lastRequest, handledAt)
        isForgotten = false
        // An identity is as old as its request, whose answer may have waited through the sleep for a full disk (seed 391).
        mayBeForgotten = handledAt <= sleptAt
        if let index = identities.lastIndex(of: identity) { return owners[index] == owner ? nil : owners[index] }
        identities.append(identity)
        answeredAt.append(requests)
        owners.append(owner)
        return nil
    }

    /// Whether a producer with this identity must be refused for a request that the broker got as its `handledAt`-th.
    func mustRefuse(_ identity: ProducerIdentity, handledAt: Int) -> Bool {
        guard let index = identities.lastIndex(of: identity), index + 1 < identities.count else { return false }
        return answeredAt[index + 1] < handledAt
    }

    /// Whether nobody can have asked for an identity since, so that this one may not be refused.
    func isCurrent(_ identity: ProducerIdentity?) -> Bool {
        identity == nil || (identities.last == identity && newestRequest <= lastRequest)
    }
}
