import NIOCore

@testable import Couchbase

extension SimulatedCluster {
    /// What a node answers to an operation, after it has done it.
    mutating func serve(_ request: RequestFrame, on node: Int, now: Duration) -> ResponseFrame {
        var response = ResponseFrame(opcode: request.opcode, status: .success, opaque: request.opaque)
        guard owner(of: Int(request.vbucket)) == node else {
            response.status = .notMyVBucket
            response.value = ByteBuffer(string: config(of: node))
            return response
        }
        var key = request.key
        guard let collection = try? UnsignedLEB128.decode(&key) else {
            response.status = .invalid
            return response
        }
        guard collection == collectionID else {
            response.status = .unknownCollection
            return response
        }
        execute(request, key: String(buffer: key), into: &response, now: now)
        return response
    }

    private mutating func execute(
        _ request: RequestFrame, key: String, into response: inout ResponseFrame, now: Duration
    ) {
        let current = document(key)
        func refusal() -> Status? {
            if current == nil { return .notFound }
            return request.cas != 0 && request.cas != current?.cas ? .exists : nil
        }
        switch request.opcode {
        case .get:
            guard let current else { return response.status = .notFound }
            response.extras.writeInteger(Content.jsonFlags)
            response.value.writeString(current.json)
            response.cas = current.cas
        case .add where current != nil: response.status = .exists
        case .set where request.cas != 0, .replace, .delete:
            if let status = refusal() { return response.status = status }
            fallthrough
        case .add, .set:
            let tag = request.opcode == .delete ? nil : Self.tag(of: request)
            response.cas = store(key, tag.map { [$0] }, request: request, tag: tag, now: now)
        case .subdocumentMutation:
            let creates = request.extras.getInteger(at: request.extras.readerIndex, as: UInt8.self) == 1
            guard current != nil || creates else { return response.status = .notFound }
            var value = request.value
            value.moveReaderIndex(forwardBy: 8)
            let tag = String(buffer: value).replacing("\"", with: "")
            response.cas = store(key, (current?.tags ?? []) + [tag], request: request, tag: tag, now: now)
        default: response.status = .unknownCommand
        }
    }

    /// `["tag"]` is what the workload stores.
    private static func tag(of request: RequestFrame) -> String {
        // The client packs what it likes; a frame that cannot be unpacked shows as a tag that nobody knows.
        let value = (try? FrameValue(request.value, dataType: request.dataType).bytes) ?? ByteBuffer(string: "damaged")
        return String(String(buffer: value).dropFirst(2).dropLast(2))
    }
}
