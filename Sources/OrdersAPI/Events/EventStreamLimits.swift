/// The bounds of the event stream. All of them are about memory and about what a machine can send.
public struct EventStreamLimits: Sendable {
    /// How many changes are kept for clients that come back with `Last-Event-ID`, and for slow ones.
    /// Each takes at most about 1.5 KB, so the default keeps at most 12 MB.
    public var ringCapacity = 8192
    /// The most clients at a time; one more is answered 503.
    public var maximumClients = 2000
    /// The most orders in one write to one client; older ones are left out and counted in `skipped`.
    public var maximumEventsPerFrame = 256
    /// The same where there are many clients, see ``crowd``.
    public var maximumEventsPerFrameInCrowd = 64
    /// The most orders that are sent at once to a client that comes back; in a crowd an eighth of it.
    public var maximumEventsPerResume = 1024
    /// From so many clients on, writes are spaced out instead of following each commit.
    public var crowd = 16
    /// Writes a second to all clients together, in a crowd: each gets one every clients / writes seconds.
    public var crowdWritesPerSecond = 8000
    /// The shortest time between two `stats` events.
    public var statsInterval: Duration = .milliseconds(250)
    /// A client that was sent nothing for so long gets a comment.
    public var keepAliveInterval: Duration = .seconds(15)
    /// A client whose connection has not taken a write for so long is dropped.
    public var slowClientTimeout: Duration = .seconds(10)
    /// How long clients have to take the last event when the server stops.
    public var shutdownGrace: Duration = .milliseconds(700)

    /// What suits one machine.
    public init() {}

    /// The time between two writes to a client, for so many clients.
    func flushInterval(clients: Int) -> Duration {
        clients <= crowd ? .zero : .microseconds(clients * 1_000_000 / max(1, crowdWritesPerSecond))
    }

    func eventsPerResume(clients: Int) -> Int {
        clients <= crowd ? maximumEventsPerResume : max(1, maximumEventsPerResume / 8)
    }

    func eventsPerFrame(clients: Int) -> Int {
        clients <= crowd ? maximumEventsPerFrame : maximumEventsPerFrameInCrowd
    }
}
