import Kafka

@testable import BrokerCore
@testable import BrokerSimulation
@testable import BrokerStorage
@testable import KafkaProtocol

/// How the world goes on while somebody waits.
extension PlatformLife {
    /// Sends a request, and lets the world go on until it is answered.
    ///
    /// - Throws: where the connection breaks, the time is over, or whoever asks is dead.
    func call<Body: KafkaMessage>(
        _ request: any ServedRequest, on line: Line, as _: Body.Type = Body.self, within limit: Int64
    ) throws(KafkaError) -> Body {
        let client = line.client
        client.maybeSuffer()
        if client.isDead { throw .dead }
        // Made only where it is wanted: a name by reflection costs more than the request.
        var what: String { "\(type(of: request).api)" }
        let deadline = elapsed + limit
        while brokerIsBackAt != nil {
            // A client tries again and again to connect.
            if elapsed >= deadline || random.chance(0.3) { throw .away(what) }
            pass(min(100, max(1, deadline - elapsed)))
            if client.isDead { throw .dead }
        }
        var answer: (any KafkaMessage)?
        let link = line.link()
        coverage[.requests] += 1
        broker.send(
            request, on: link, ownEpochs: client.ownEpochs, observe: { _, _ in }, receive: { answer = $0 })
        if happens(plan.lostRequests) {
            coverage[.lostRequests] += 1
            tell("\(client.name) loses its connection before \(what) arrives")
            line.disconnect()
            throw .away(what)
        }
        let losesAnswer = happens(plan.lostAnswers)
        if losesAnswer { held.append(link) }
        defer { held.removeAll { $0 === link } }
        while true {
            let didSomething = flow()
            if client.isDead { throw .dead }
            if losesAnswer, link.hasAnswer {
                coverage[.lostAnswers] += 1
                tell("\(client.name) loses its connection before the answer to \(what) arrives")
                line.disconnect()
                throw .away(what)
            }
            if let answer = answer as? Body {
                client.maybeSuffer()
                if client.isDead { throw .dead }
                return answer
            }
            precondition(answer == nil, "\(what) was answered with something else")
            guard link.isOpen else { throw .away(what) }
            if elapsed >= deadline {
                // A client gives up the connection with the request, so that no late answer is taken for another's.
                line.disconnect()
                throw .late(what)
            }
            if !didSomething { pass(min(50, max(1, deadline - elapsed))) }
        }
    }

    /// What is on its way arrives, the disk does some of its work, and what follows happens.
    ///
    /// - Returns: whether anything happened: else only time helps.
    @discardableResult
    func flow() -> Bool {
        guard brokerIsBackAt == nil else { return false }
        var didSomething = false
        for link in broker.links where !link.outgoing.isEmpty || !link.isOpen {
            while broker.deliverRequest(of: link) { didSomething = true }
        }
        if broker.core.hasWorkAtEndOfTick {
            broker.endOfTick()
            didSomething = true
        }
        // Now and then the disk is slower than the network: what does not wait for it is answered first.
        for lane in StorageLane.allCases where !random.chance(0.15) {
            while broker.hasOperation(lane), brokerIsBackAt == nil {
                if happens(plan.brokerDeaths) { crashBroker() } else { broker.perform(lane) }
                didSomething = true
                if random.chance(0.2) { break }
            }
            while broker.hasCompletion(lane) { broker.complete(lane) }
        }
        if broker.failure != nil, brokerIsBackAt == nil { crashBroker() }
        guard brokerIsBackAt == nil else { return true }
        if happens(plan.diskFaults) { breakDisk() }
        for link in broker.links where link.hasAnswer && !held.contains(where: { $0 === link }) {
            if let owner = clients.first(where: { $0.owns(link) }), owner.isStalled { continue }
            while link.hasAnswer {
                link.takeAnswer()
                didSomething = true
            }
        }
        return didSomething
    }

    /// Time passes. What clients do by themselves, they do meanwhile.
    func pass(_ milliseconds: Int64) {
        let end = elapsed + milliseconds
        repeat {
            let part = min(end - elapsed, 1_000)
            elapsed += part
            broker.now.monotonic += part
            broker.now.wall += part
            if let end = diskIsFullUntil, elapsed >= end {
                broker.files.setFull(false)
                diskIsFullUntil = nil
            }
            if let back = brokerIsBackAt, elapsed >= back { restartBroker() }
            if brokerIsBackAt == nil {
                broker.tick()
                for client in clients where !client.isStalled { client.beat() }
            }
            flow()
        } while elapsed < end
    }

    /// One service stands still, and the others go on.
    ///
    /// - Parameter silently: its heartbeats stop, too.
    func goOnWithout(_ client: PlatformClient, for milliseconds: Int64, silently: Bool) {
        guard depth < 2 else { return }
        depth += 1
        let wasStalled = client.isStalled
        if silently { client.isStalled = true }
        client.isBusy += 1
        let end = elapsed + milliseconds
        runInline { [self] in
            repeat {
                // Those who only wait are not asked again and again, but for one time in ten.
                let asksAll = random.chance(0.1)
                let others = services.filter { !$0.isInStep && (asksAll || !$0.onlyWaits) }
                guard violation == nil else { return }
                guard let other = random.pickOrNil(others) else {
                    pass(min(500, max(1, end - elapsed)))
                    continue
                }
                let before = elapsed
                await other.step()
                if elapsed == before { pass(5) }
            } while elapsed < end && !client.isDead
        }
        client.isBusy -= 1
        client.isStalled = wasStalled
        depth -= 1
    }
}
