@testable import BrokerCore
@testable import KafkaProtocol

/// A client of the broker in a run. Subclasses say what it does when it may (``act()``), and what when its connection breaks
/// (``connectionLost()``).
class SimulatedClient {
    unowned let life: Life
    let name: String
    private(set) var link: Link?
    /// Requests without an answer on the present connection.
    private(set) var waiting = 0
    /// It does nothing until then: the run's own time, in milliseconds.
    var stalledUntil: Int64 = 0
    var isDead = false

    init(life: Life, name: String) {
        self.life = life
        self.name = name
    }

    /// Does what comes next, if anything.
    func act() {}
    /// What was not answered will not be.
    func connectionLost() {}
    /// Whether nothing is left to be done once no new work is begun.
    var isFinished: Bool { waiting == 0 }
    /// Whether what it sent may still arrive after it has broken off and connected again.
    var keepsRequestsOnDisconnect: Bool { false }
    /// Whether each of its transactions has an epoch of its own (KIP-890).
    var ownEpochs: Bool { false }

    /// Sends a request and names what is to be done with the answer.
    ///
    /// - Parameters:
    ///   - observe: called when the broker answers, whether or not the answer arrives.
    ///   - receive: called when it arrives.
    func send<Body: KafkaMessage>(
        _ request: any ServedRequest, as _: Body.Type = Body.self,
        observe: ((Body, Exchange) -> Void)? = nil, receive: @escaping (Body) -> Void
    ) {
        let link = connected()
        waiting += 1
        life.broker.send(
            request, on: link, ownEpochs: ownEpochs,
            observe: { answer, exchange in
                if let answer = answer as? Body { observe?(answer, exchange) }
            },
            receive: { [self] answer in
                waiting -= 1
                guard let answer = answer as? Body else {
                    return life.fail(.everythingIsAnswered, "\(name) got \(answer) for \(type(of: request).api)")
                }
                receive(answer)
            })
    }

    private func connected() -> Link {
        if let link, link.isOpen { return link }
        waiting = 0
        let new = life.broker.connect { [weak self] in
            guard let self else { return }
            if waiting > 0 { life.coverage[.lostAnswers] += waiting }
            waiting = 0
            link = nil
            connectionLost()
        }
        link = new
        return new
    }

    /// Breaks off.
    func disconnect() {
        guard let link else { return }
        life.coverage[.disconnects] += 1
        life.broker.remove(link, keepsRequests: keepsRequestsOnDisconnect)
    }

    /// Is gone permanently. What it had sent may still arrive.
    func die() {
        isDead = true
        if let link { life.broker.remove(link, keepsRequests: true) }
        link = nil
    }
}
