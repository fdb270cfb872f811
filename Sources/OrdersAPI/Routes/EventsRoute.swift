import APIAccess
import HTTPTypes
import Hummingbird

extension APIRoutes {
    /// How long the first client waits for the log to be followed. Where the broker is away it listens all the same,
    /// and is asked to reload when the log is there.
    private static let patience: Duration = .seconds(3)

    var events: Route {
        Route(
            Endpoint(
                method: .get, path: "/api/events", access: .scope(.read),
                summary: "Each change as it is committed, as server-sent events: order, stats, skipped, reset, bye",
                parameters: EventFilter.parameters + [
                    ParameterSpec(
                        name: "Last-Event-ID", location: .header,
                        schema: .text(maximumBytes: 32_768, form: "the id of an event"),
                        description:
                            "Go on after this event; where that is no longer possible the stream begins with reset")
                ],
                responses: [
                    .init(status: .ok, contentType: ServerSentEvent.contentType, schema: ""),
                    .problem(.serviceUnavailable),
                ])
        ) { request, context, query in
            let filter = try EventFilter(query: query)
            guard hub.hasRoom else {
                throw Problem.unavailable(
                    "too-many-clients", "As many clients as this server takes are listening already",
                    retryAfterSeconds: 10)
            }
            if request.method == .get { await feed.demand.wait(atMost: Self.patience) }
            let stream = EventStream(
                hub: hub, access: access, filter: filter, request: request, context: context)
            return Response(
                status: .ok,
                headers: [
                    .contentType: ServerSentEvent.contentType, .cacheControl: "no-store",
                    // For a proxy before this server: pass events on as they come.
                    .accelBuffering: "no",
                ],
                body: .init { writer in try await stream.write(to: &writer) })
        }
    }
}

/// One client's event stream while it lasts.
private struct EventStream: Sendable {
    let hub: EventHub
    let access: AccessControl
    let filter: EventFilter
    let request: Request
    let context: APIContext

    /// Subscribes only now, when the body is really being written: a HEAD request never gets here.
    func write(to writer: inout any ResponseBodyWriter) async throws {
        let channel = context.channel
        let lastEventID = request.headers[.lastEventID]
        if let id = hub.subscribe(lastEventID: lastEventID, filter: filter, close: { channel.close(promise: nil) }) {
            defer { hub.unsubscribe(id) }
            let hub = self.hub
            // A client that goes away is noticed at once, not with the next write.
            try await request.body.consumeWithInboundCloseHandler { _ in
                try await send(id, to: &writer)
            } onInboundClosed: {
                hub.unsubscribe(id)
            }
        } else {
            // The last place went, or the server began to stop, since the head was sent.
            try await writer.write(ServerSentEvent.bye)
        }
        try await writer.finish(nil)
    }

    private func send(_ id: HubCore.ClientID, to writer: inout any ResponseBodyWriter) async throws {
        var nextLook = ContinuousClock.now
        while true {
            switch await hub.next(id) {
            case .send(let bytes):
                // Keep-alive lines come every few seconds: so long a key that was revoked is still listened with.
                if ContinuousClock.now >= nextLook {
                    guard access.isStillLetIn(context.identity) else {
                        return try await writer.write(ServerSentEvent.bye)
                    }
                    nextLook = .now + .seconds(1)
                }
                try await writer.write(bytes)
            case .finish(let bytes):
                return try await writer.write(bytes)
            case .ended, .wait:
                return
            }
        }
    }
}
