import NIOCore
import OrderEvents

extension HubCore {
    /// Takes a client in.
    ///
    /// - Parameter lastEventID: The `Last-Event-ID` it came with: the stream goes on from there, or begins with `reset`
    ///   if that is no longer possible.
    /// - Returns: nil if there are too many clients or the server is stopping.
    mutating func subscribe(
        lastEventID: String?, filter: EventFilter = .all, now: Instant, stats: (StatsSince) -> ByteBuffer
    ) -> ClientID? {
        guard !isStopping, clients.count < limits.maximumClients else { return nil }
        nextID += 1
        var frame = EventFrame()
        var since = StatsSince.recent
        if let lastEventID, !lastEventID.isEmpty {
            if let given = LogPosition(parsing: lastEventID), canResume(from: given) {
                let (events, skipped) = ring.take(
                    after: given, maximum: limits.eventsPerResume(clients: clients.count), filter)
                fill(&frame, events: events, skipped: skipped)
                since = .position(given)
            } else {
                counts.resets += 1
                frame.append(Self.resetEvent)
            }
        }
        if filter.wantsStats { frame.append(stats(since)) }
        clients[nextID] = Client(
            cursor: ring.nextSequence, tick: tick,
            prelude: frame.bytes(position: position, prefix: ServerSentEvent.retry), lastSent: now,
            filter: filter)
        return nextID
    }

    mutating func unsubscribe(_ id: ClientID) {
        clients[id] = nil
    }

    /// A client has written what it was given and asks for more.
    mutating func next(_ id: ClientID, now: Instant) -> Next {
        guard var client = clients[id] else { return .ended }
        if isStopping {
            clients[id] = nil
            return .finish(ServerSentEvent.bye)
        }
        if let prelude = client.prelude {
            client.prelude = nil
            client.lastSent = now
            counts.bytesSent += prelude.readableBytes
            clients[id] = client
            return .send(prelude)
        }
        client.isWaiting = true
        clients[id] = client
        return .wait
    }

    /// Gives every waiting client that is behind what it misses.
    mutating func flush(now: Instant, stats: (StatsSince) -> ByteBuffer) -> [(ClientID, ByteBuffer)] {
        var frames: [FrameKey: (bytes: ByteBuffer, sent: Int, skipped: Int)] = [:]
        var deliveries: [(ClientID, ByteBuffer)] = []
        let maximum = limits.eventsPerFrame(clients: clients.count)
        for (id, client) in clients where client.isWaiting && hasNews(client) {
            let key =
                client.needsReset
                ? FrameKey.reset(client.filter)
                : .from(client.cursor, tick: client.tick, client.filter)
            let frame = frames[key] ?? makeFrame(key, maximum: maximum, stats: stats)
            frames[key] = frame
            counts.eventsSent += frame.sent
            counts.eventsSkipped += frame.skipped
            counts.bytesSent += frame.bytes.readableBytes
            if client.needsReset { counts.resets += 1 }
            guard frame.bytes.readableBytes > 0 else {
                // Nothing of what came is for this client: it goes on waiting.
                clients[id]?.cursor = ring.nextSequence
                clients[id]?.tick = tick
                continue
            }
            clients[id] = Client(cursor: ring.nextSequence, tick: tick, lastSent: now, filter: client.filter)
            deliveries.append((id, frame.bytes))
        }
        return deliveries
    }

    /// Comments for the clients that heard nothing for long, and the clients that take nothing.
    mutating func maintain(now: Instant) -> (keepAlive: [ClientID], tooSlow: [ClientID]) {
        var keepAlive: [ClientID] = []
        var tooSlow: [ClientID] = []
        for (id, client) in clients {
            let silence = now - client.lastSent
            if client.isWaiting, silence >= limits.keepAliveInterval {
                clients[id]?.isWaiting = false
                clients[id]?.lastSent = now
                keepAlive.append(id)
            } else if !client.isWaiting, silence >= limits.slowClientTimeout {
                tooSlow.append(id)
            }
        }
        for id in tooSlow { clients[id] = nil }
        counts.slowClients += tooSlow.count
        return (keepAlive, tooSlow)
    }

    /// From now on every client gets its last event when it next asks; those that wait get it now.
    mutating func stop() -> [ClientID] {
        isStopping = true
        let waiting = clients.filter(\.value.isWaiting).map(\.key)
        for id in waiting { clients[id] = nil }
        return waiting
    }

    private enum FrameKey: Hashable {
        case reset(EventFilter)
        case from(UInt64, tick: UInt64, EventFilter)
    }

    private mutating func makeFrame(
        _ key: FrameKey, maximum: Int, stats: (StatsSince) -> ByteBuffer
    ) -> (bytes: ByteBuffer, sent: Int, skipped: Int) {
        var frame = EventFrame()
        switch key {
        case .reset(let filter):
            frame.append(Self.resetEvent)
            if filter.wantsStats { frame.append(stats(.recent)) }
            return (frame.bytes(position: position), 0, 0)
        case .from(let cursor, let clientTick, let filter):
            let (events, skipped) = ring.take(from: cursor, maximum: maximum, filter)
            fill(&frame, events: events, skipped: skipped)
            if clientTick < tick, filter.wantsStats { frame.append(stats(.tick(clientTick))) }
            let bytes = frame.isEmpty ? ByteBuffer() : frame.bytes(position: position)
            return (bytes, events.count, skipped)
        }
    }

    private func fill(_ frame: inout EventFrame, events: [ByteBuffer], skipped: Int) {
        if skipped > 0 {
            frame.append(ServerSentEvent.open("skipped", object: { $0.member("count", skipped) }))
        }
        for event in events { frame.append(event) }
    }

    private static let resetEvent = ServerSentEvent.open("reset", object: { _ in })
}
