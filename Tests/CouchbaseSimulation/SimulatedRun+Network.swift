import NIOCore

@testable import Couchbase

extension SimulatedRun {
    func open(_ id: UInt64, _ endpoint: Endpoint) {
        let delay = profile.latency * 2
        guard let node = cluster.node(of: endpoint.host), cluster.isAlive[node] else {
            // Refused, or nothing at all: the client's own time has to end it.
            if isHealed || chance(700) { after(delay, .refused(id)) }
            return
        }
        if !isHealed, chance(profile.faultRate / 4) { return }
        sockets[id] = Socket(node: node)
        after(delay, .opened(id))
    }

    func send(_ bytes: ByteBuffer, on id: UInt64) {
        guard var socket = sockets[id] else { return }
        socket.toServerAt = max(socket.toServerAt, now + jitter())
        sockets[id] = socket
        at(socket.toServerAt, .toServer(id, bytes))
        if !isHealed, chance(10) {
            client.writabilityChanged(id, isWritable: false, at: moment)
            after(.milliseconds(draw(1...100)), .writable(id))
        }
    }

    private func jitter() -> Duration { profile.latency * draw(50...150) / 100 }

    /// Bytes to the client: in one piece, or in two.
    private func reply(_ bytes: ByteBuffer, on id: UInt64) {
        guard var socket = sockets[id], !socket.isCut else { return }
        var rest = bytes
        if chance(100), rest.readableBytes > 1, let head = rest.readSlice(length: draw(1...rest.readableBytes - 1)) {
            socket.toClientAt = max(socket.toClientAt, now + jitter())
            at(socket.toClientAt, .toClient(id, head))
        }
        socket.toClientAt = max(socket.toClientAt, now + jitter())
        at(socket.toClientAt, .toClient(id, rest))
        sockets[id] = socket
    }

    func respond(_ frame: ResponseFrame, on id: UInt64) {
        var bytes = ByteBuffer()
        do {
            try frame.encode(into: &bytes)
        } catch {
            fail("the node cannot answer: \(error)")
        }
        reply(bytes, on: id)
    }

    func closeFromServer(_ id: UInt64) {
        guard var socket = sockets[id], !socket.isCut else { return }
        socket.isCut = true
        socket.toClientAt = max(socket.toClientAt, now + jitter())
        sockets[id] = socket
        at(socket.toClientAt, .serverClosed(id))
    }

    /// The beginning of a response, then the end of the connection.
    func cut(_ frame: ResponseFrame, on id: UInt64) {
        var bytes = ByteBuffer()
        // It was encoded before without an error.
        guard (try? frame.encode(into: &bytes)) != nil, let head = bytes.readSlice(length: draw(1...23)) else { return }
        reply(head, on: id)
        closeFromServer(id)
    }

    /// A configuration that nobody asked for: without its text, as was negotiated.
    func push(to id: UInt64) {
        guard let socket = sockets[id], socket.features.isSuperset(of: [.duplex, .briefConfigPush]) else { return }
        var bytes = ByteBuffer()
        let request = RequestFrame(
            opcode: .configChanged, isFromServer: true, key: ByteBuffer(string: SimulatedCluster.bucket))
        do {
            try request.encode(into: &bytes)
        } catch {
            fail("the node cannot push: \(error)")
        }
        reply(bytes, on: id)
    }

    func handle(_ event: Event) {
        switch event {
        case .opened(let id): if sockets[id] != nil { client.opened(id, at: moment) }
        case .refused(let id):
            client.closed(id, error: CouchbaseError(.connectionFailure, "connection refused"), at: moment)
        case .serverClosed(let id):
            sockets[id] = nil
            client.closed(id, error: nil, at: moment)
        case .toServer(let id, let bytes): arrive(bytes, on: id)
        case .toClient(let id, let bytes):
            if sockets[id] != nil { client.received(bytes, from: id, at: moment) }
        case .execute(let id, let request, let fault): execute(request, on: id, fault)
        case .respond(let id, let response): respond(response, on: id)
        case .learn(let node): learn(node)
        case .resolved: client.seedsResolved(profile.serviceRecords ?? [], at: moment)
        case .operation: randomOperation()
        case .clusterEvent: if !isHealed { randomEvent() }
        case .writable(let id): client.writabilityChanged(id, isWritable: true, at: moment)
        case .cancel(let id):
            history.entries[id]?.isCancelled = true
            client.cancel(id, at: moment)
        }
    }
}
