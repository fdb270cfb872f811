import ServiceLifecycle

/// Runs what the event hub does by itself, until the server has ended its streams.
struct EventHubService: Service {
    let hub: EventHub

    func run() async throws {
        await cancelWhenGracefulShutdown { await hub.run() }
    }
}
