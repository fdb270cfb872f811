import NIOCore

@testable import Couchbase

extension SimulatedRun {
    func arrive(_ bytes: ByteBuffer, on id: UInt64) {
        guard var socket = sockets[id], !socket.isCut else { return }
        socket.decoder.append(bytes)
        var requests: [RequestFrame] = []
        do {
            while let frame = try socket.decoder.next() {
                if case .request(let request) = frame { requests.append(request) } else { fail("a response to a node") }
            }
        } catch {
            fail("the client sent no frame: \(error)")
        }
        sockets[id] = socket
        for request in requests { take(request, on: id) }
    }

    private func take(_ request: RequestFrame, on id: UInt64) {
        guard var socket = sockets[id] else { return }
        var fault: Fault?
        if !isHealed, Self.operations.contains(request.opcode), chance(profile.faultRate) {
            fault = Fault.allCases.randomElement(using: &random)
        }
        var time = now + .microseconds(draw(1...2_000))
        if fault == .lateExecution { time += .milliseconds(draw(100...4_000)) }
        if !socket.features.contains(.unorderedExecution) {
            time = max(time, socket.executeAt)
            socket.executeAt = time
        }
        sockets[id] = socket
        at(time, .execute(id, request, fault))
    }

    private static let operations: Set<Opcode> = [
        .get, .set, .add, .replace, .delete, .subdocumentMutation, .getCollectionID,
    ]

    func execute(_ request: RequestFrame, on id: UInt64, _ fault: Fault?) {
        guard let socket = sockets[id], !socket.isCut, cluster.isAlive[socket.node] else { return }
        let node = socket.node
        if Self.operations.contains(request.opcode), let status = socket.invalidity {
            return refuse(request, status, on: id)
        }
        if Self.operations.contains(request.opcode), let fault { return execute(request, on: id, node: node, fault) }
        respond(answer(request, node: node, id: id), on: id)
    }

    private func answer(_ request: RequestFrame, node: Int, id: UInt64) -> ResponseFrame {
        var response = ResponseFrame(opcode: request.opcode, status: .success, opaque: request.opaque)
        switch request.opcode {
        case .hello:
            sockets[id]?.features = Set(profile.features)
            for feature in profile.features { response.value.writeInteger(feature.rawValue) }
        case .getErrorMap: response.value.writeString(Fault.errorMap)
        case .saslAuth, .selectBucket, .noop: break
        case .getClusterConfig:
            var extras = request.extras
            let known = extras.readMultipleIntegers(as: (Int64, Int64).self)
            if let known, known.1 >= cluster.known[node] { break }
            response.value.writeString(cluster.config(of: node))
        case .getCollectionID:
            response.extras.writeMultipleIntegers(UInt64(1), cluster.collectionID)
        default: return cluster.serve(request, on: node, now: now)
        }
        return response
    }

    private func refuse(_ request: RequestFrame, _ status: Status, on id: UInt64, _ body: String = "") {
        respond(
            ResponseFrame(
                opcode: request.opcode, status: status, opaque: request.opaque, value: ByteBuffer(string: body)),
            on: id)
    }

    private func execute(_ request: RequestFrame, on id: UInt64, node: Int, _ fault: Fault) {
        func answered() -> ResponseFrame { answer(request, node: node, id: id) }
        switch fault {
        case .refuse: refuse(request, Fault.refusals.randomElement(using: &random) ?? .busy, on: id)
        case .ambiguous:
            // Only writes can be so.
            guard ![.get, .getCollectionID].contains(request.opcode) else { return respond(answered(), on: id) }
            if Bool.random(using: &random) { _ = answered() }
            refuse(request, .durableWriteAmbiguous, on: id)
        case .notMine: refuse(request, .notMyVBucket, on: id, cluster.config(of: node))
        case .notMineWithoutConfig: refuse(request, .notMyVBucket, on: id)
        case .dropBefore: break
        case .dropAfter: _ = answered()
        case .duplicate:
            let response = answered()
            respond(response, on: id)
            respond(response, on: id)
        case .stray:
            var response = answered()
            respond(response, on: id)
            response.opaque &+= 1_000_000
            respond(response, on: id)
        case .late: after(.milliseconds(draw(10...4_000)), .respond(id, answered()))
        case .lateExecution: respond(answered(), on: id)
        case .closeBefore: closeFromServer(id)
        case .closeAfter:
            _ = answered()
            closeFromServer(id)
        case .cut: cut(answered(), on: id)
        case .unknownRetriable: refuse(request, Fault.retriableStatus, on: id)
        case .unknownFinal: refuse(request, Fault.finalStatus, on: id)
        case .reconnect:
            let status = Fault.reconnectStatuses.randomElement(using: &random) ?? .noBucket
            if Bool.random(using: &random) { sockets[id]?.invalidity = status }
            refuse(request, status, on: id)
        }
    }
}
