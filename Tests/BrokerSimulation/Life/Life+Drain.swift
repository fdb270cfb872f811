@testable import BrokerCore

/// The end of a run: the disk is healthy, nothing new is begun, and all that is under way must come to its end.
extension Life {
    func drain() {
        isDraining = true
        broker.files.clearFaults()
        diskIsFullUntil = nil
        transactional.removeAll(where: \.isDead)
        members.removeAll(where: \.isDead)
        for member in members { member.stalledUntil = 0 }
        for round in 0..<600 where violation == nil {
            if broker.failure != nil { crash() }
            for client in clients { for _ in 0..<6 { act(client) } }
            exchangeAll()
            pass(milliseconds: round < 100 ? 5 : 200)
            broker.tick()
            broker.settle()
            members.removeAll(where: \.isDead)
            // An error that struck before may only be heard of now, and a broker that has failed answers no reader.
            if broker.failure == nil, clients.allSatisfy({ $0.isDead || $0.isFinished }) { return }
        }
        guard violation == nil else { return }
        let stuck = clients.filter { !$0.isDead && !$0.isFinished }
        let isGroup = stuck.allSatisfy { $0 is GroupMember }
        fail(isGroup ? .membersSettle : .everythingIsAnswered, "\(stuck.map(\.name)) came to no end")
    }

    /// Everything that is on its way arrives, and what follows from it.
    func exchangeAll() {
        for link in broker.links { while broker.deliverRequest(of: link) {} }
        broker.settle()
        for link in broker.links { while link.hasAnswer { link.takeAnswer() } }
    }

    /// Transactions that nobody ends run into their timeouts; then readers come to the end.
    func verifyAtTheEnd() {
        for client in clients where !(client is Reader || client is DeclaredReader) { client.die() }
        exchangeAll()
        for _ in 0..<2 {
            pass(milliseconds: 700_000)
            broker.tick()
            broker.settle()
        }
        for _ in 0..<5000 where violation == nil && !(readers.allSatisfy(\.isAtEnd) && watcher?.isAtEnd ?? true) {
            for reader in readers { act(reader) }
            if let watcher { act(watcher) }
            exchangeAll()
        }
        guard violation == nil else { return }
        guard watcher?.isAtEnd ?? true else { return fail(.everythingIsAnswered, "the declared reader came to no end") }
        guard readers.allSatisfy(\.isAtEnd) else {
            let late = readers.filter { !$0.isAtEnd }
            return fail(
                .everythingIsAnswered,
                "\(late.map(\.name)) came to no end; the broker's failure: \(broker.failure, default: "none")")
        }
        verifyEverything()
    }
}
