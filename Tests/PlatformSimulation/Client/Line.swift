@testable import BrokerSimulation

/// A connection of a client to the broker, made again when it is needed.
final class Line {
    unowned let client: PlatformClient
    private var current: Link?
    /// What is still on its way when the client dies may arrive.
    private let outlivesClient: Bool
    /// Called when the connection breaks.
    var lost: () -> Void = {}

    init(_ client: PlatformClient, outlivesClient: Bool = false) {
        self.client = client
        self.outlivesClient = outlivesClient
    }

    func link() -> Link {
        if let current, current.isOpen { return current }
        let new = client.life.broker.connect { [weak self] in
            self?.current = nil
            self?.lost()
        }
        current = new
        return new
    }

    func owns(_ link: Link) -> Bool { current === link }

    func disconnect() {
        guard let current else { return }
        client.life.broker.remove(current, keepsRequests: false)
    }

    func die() {
        lost = {}
        guard let current else { return }
        self.current = nil
        client.life.broker.remove(current, keepsRequests: outlivesClient)
    }
}
