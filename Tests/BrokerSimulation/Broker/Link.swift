import DequeModule

@testable import BrokerCore

/// A connection between a client and the broker: what is on its way, each direction in its order.
final class Link {
    let id: UInt64
    /// Requests that have not reached the broker.
    private(set) var outgoing: Deque<Exchange> = []
    /// Requests that the broker has, in the order in which their answers must go out.
    private(set) var atBroker: Deque<Exchange> = []
    /// Whether the client still listens. What it sent before may reach the broker all the same.
    private(set) var isOpen = true
    private let lost: () -> Void

    init(id: UInt64, lost: @escaping () -> Void) {
        self.id = id
        self.lost = lost
    }

    func send(_ exchange: Exchange) { outgoing.append(exchange) }

    /// The next request reaches the broker.
    func takeRequest() -> Exchange? {
        guard let exchange = outgoing.popFirst() else { return nil }
        atBroker.append(exchange)
        return exchange
    }

    var hasAnswer: Bool { isOpen && (atBroker.first?.isDone ?? false) }

    /// The next answer reaches the client.
    func takeAnswer() {
        guard hasAnswer, let exchange = atBroker.popFirst() else { return }
        if let answer = exchange.answer { exchange.receive(answer) }
    }

    /// The client goes away.
    ///
    /// - Parameter keepsRequests: whether requests that are on their way may still arrive.
    func close(keepsRequests: Bool) {
        isOpen = false
        if !keepsRequests { outgoing.removeAll() }
    }

    /// The connection breaks: the client notices.
    func breakDown(keepsRequests: Bool) {
        guard isOpen else { return }
        close(keepsRequests: keepsRequests)
        lost()
    }
}
