import Foundation
import NIOCore

/// The documents, in memory: one copy, no expiry, no disk.
struct KVMemory {
    struct Document {
        var value: ByteBuffer
        var flags: UInt32
        var dataType: UInt8
        var cas: UInt64
    }

    /// By the key as it is on the wire, with its collection in front.
    private var documents: [[UInt8]: Document] = [:]
    private var collections: [String: UInt32] = ["_default._default": 0]
    private var lastCAS = UInt64(Date().timeIntervalSince1970 * 1e9)

    mutating func answer(_ request: KVRequest) -> KVResponse? {
        switch request.opcode {
        case KVOpcode.get: get(request)
        case KVOpcode.set, KVOpcode.add, KVOpcode.replace: store(request)
        case KVOpcode.delete: delete(request)
        case KVOpcode.lookupIn: lookUp(request)
        case KVOpcode.mutateIn: mutate(request)
        case KVOpcode.collectionID: collection(request)
        default: nil
        }
    }

    private func get(_ request: KVRequest) -> KVResponse {
        guard let document = documents[Array(request.key.readableBytesView)] else {
            return KVResponse(status: KVStatus.notFound)
        }
        return KVResponse(
            dataType: document.dataType, cas: document.cas, extras: ByteBuffer(integer: document.flags),
            value: document.value)
    }

    private mutating func store(_ request: KVRequest) -> KVResponse {
        let key = Array(request.key.readableBytesView)
        let found = documents[key]
        if let refusal = Self.refusal(request, found) { return refusal }
        return changed(
            key,
            Document(
                // A copy of its own: it would hold the whole piece that was received.
                value: ByteBuffer(bytes: request.value.readableBytesView),
                flags: request.extras.getInteger(at: request.extras.readerIndex) ?? 0, dataType: request.dataType,
                cas: 0))
    }

    private static func refusal(_ request: KVRequest, _ found: Document?) -> KVResponse? {
        switch (request.opcode, found) {
        case (KVOpcode.add, .some): return KVResponse(status: KVStatus.exists)
        case (KVOpcode.replace, nil), (KVOpcode.delete, nil): return KVResponse(status: KVStatus.notFound)
        case (_, let found?) where request.cas != 0 && request.cas != found.cas:
            return KVResponse(status: KVStatus.exists)
        case (_, nil) where request.cas != 0: return KVResponse(status: KVStatus.notFound)
        default: return nil
        }
    }

    private mutating func changed(_ key: [UInt8], _ document: Document?) -> KVResponse {
        lastCAS += 1
        var document = document
        document?.cas = lastCAS
        documents[key] = document
        // The history of the vbucket, and the number of the change in it.
        var token = ByteBuffer()
        token.writeMultipleIntegers(UInt64(1), lastCAS)
        return KVResponse(cas: lastCAS, extras: token)
    }

    private mutating func delete(_ request: KVRequest) -> KVResponse {
        let key = Array(request.key.readableBytesView)
        if let refusal = Self.refusal(request, documents[key]) { return refusal }
        return changed(key, nil)
    }

    private mutating func collection(_ request: KVRequest) -> KVResponse {
        let name = String(buffer: request.value)
        let id = collections[name] ?? UInt32(8 + collections.count)
        collections[name] = id
        var extras = ByteBuffer()
        extras.writeMultipleIntegers(UInt64(collections.count), id)
        return KVResponse(extras: extras)
    }

    // MARK: Paths

    /// Members of the document's top level, which is what the platform looks up.
    private func lookUp(_ request: KVRequest) -> KVResponse {
        guard let document = documents[Array(request.key.readableBytesView)] else {
            return KVResponse(status: KVStatus.notFound)
        }
        var response = KVResponse(cas: document.cas)
        var specs = request.value
        while let (_, _, length) = specs.readMultipleIntegers(as: (UInt8, UInt8, UInt16).self),
            let path = specs.readSlice(length: Int(length))
        {
            if let value = TopLevelMember.find(path, in: document.value) {
                response.value.writeMultipleIntegers(KVStatus.success, UInt32(value.readableBytes))
                response.value.writeImmutableBuffer(value)
            } else {
                response.value.writeMultipleIntegers(KVStatus.pathNotFound, UInt32(0))
                response.status = KVStatus.someFailed
            }
        }
        return response
    }

    /// Upserts of `object.member`, which is what the store's directory needs.
    private mutating func mutate(_ request: KVRequest) -> KVResponse {
        let key = Array(request.key.readableBytesView)
        let stored = documents[key]?.value ?? ByteBuffer(string: "{}")
        guard var object = Self.object(stored) else { return KVResponse(status: KVStatus.invalid) }
        var specs = request.value
        while let (opcode, _, length, valueLength) = specs.readMultipleIntegers(
            as: (UInt8, UInt8, UInt16, UInt32).self),
            let path = specs.readString(length: Int(length)), let value = specs.readSlice(length: Int(valueLength))
        {
            let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
            guard opcode == 0xc8, parts.count == 2,
                let new = try? JSONSerialization.jsonObject(
                    with: Data(value.readableBytesView), options: .fragmentsAllowed)
            else { return KVResponse(status: KVStatus.invalid) }
            var inner = object[parts[0]] as? [String: Any] ?? [:]
            inner[parts[1]] = new
            object[parts[0]] = inner
        }
        guard let json = try? JSONSerialization.data(withJSONObject: object) else {
            return KVResponse(status: KVStatus.invalid)
        }
        return changed(key, Document(value: ByteBuffer(bytes: json), flags: 0x0200_0006, dataType: 1, cas: 0))
    }

    private static func object(_ json: ByteBuffer) -> [String: Any]? {
        (try? JSONSerialization.jsonObject(with: Data(json.readableBytesView))) as? [String: Any]
    }
}
