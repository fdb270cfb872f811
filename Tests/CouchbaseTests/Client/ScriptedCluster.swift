import Foundation
import NIOCore

@testable import Couchbase

/// A client of a bucket, and the nodes at the other ends of its connections: no sockets, and the clock is turned by hand.
struct ScriptedCluster {
    struct Received {
        let link: BucketClient.LinkID
        let endpoint: Endpoint
        let request: RequestFrame
    }

    var client: BucketClient
    /// What every node says of the cluster.
    var config: String
    /// A node's answer to an operation or to a look-up of a collection; `nil` is none.
    var answer: (Received) -> ResponseFrame? = { ScriptedCluster.ok($0.request) }
    /// Nodes that take connections and say nothing.
    var silent: Set<String> = []
    /// Nodes that refuse connections.
    var absent: Set<String> = []
    /// What the name servers know, each time they are asked; the last stays.
    var serviceRecords: [[Endpoint]] = [[]]
    private(set) var results: [BucketClient.OperationID: Result<OperationResult, CouchbaseError>] = [:]
    /// Operations and look-ups that reached a node.
    private(set) var received: [Received] = []
    /// Every attempt to connect.
    private(set) var opened: [Endpoint] = []
    private(set) var open: [BucketClient.LinkID: Endpoint] = [:]
    private(set) var isClosed = false
    private var decoders: [BucketClient.LinkID: FrameDecoder] = [:]
    private var now = Duration.zero

    static let collection = CollectionName(scope: "shop", collection: "orders")

    init(seeds: [String], config: String, serviceRecord: String? = nil, connectTimeout: Duration = .seconds(2)) {
        self.config = config
        var settings = BucketClient.Settings(
            credentials: Credentials(username: "user", password: "pencil"), bucket: "orders", isEncrypted: true,
            seeds: seeds.map { Endpoint(host: $0, port: 11_207) }, serviceRecordName: serviceRecord)
        settings.connectTimeout = connectTimeout
        settings.makeNonce = { "nonce" }
        client = BucketClient(settings: settings)
    }

    /// - Parameters:
    ///   - map: the active node of each vbucket, by its place in `nodes`.
    ///   - others: nodes with the KV service that hold nothing of the bucket.
    static func config(_ revision: Int, nodes: [String], others: [String] = [], map: [Int]) -> String {
        let all = (nodes + others).map { #"{"hostname":"\#($0)","services":{"kv":11210,"kvSSL":11207}}"# }
        let servers = nodes.map { "\"\($0):11210\"" }.joined(separator: ",")
        return """
            {"rev":\(revision),"revEpoch":1,"name":"orders","nodeLocator":"vbucket",\
            "nodesExt":[\(all.joined(separator: ","))],"vBucketServerMap":{"hashAlgorithm":"CRC","numReplicas":0,\
            "serverList":[\(servers)],"vBucketMap":[\(map.map { "[\($0)]" }.joined(separator: ","))]}}
            """
    }

    static func ok(_ request: RequestFrame, _ status: Status = .success, _ body: String = "") -> ResponseFrame {
        var response = ResponseFrame(
            opcode: request.opcode, status: status, opaque: request.opaque, cas: 1, value: ByteBuffer(string: body))
        if request.opcode == .getCollectionID, status == .success {
            response.extras.writeMultipleIntegers(UInt64(1), UInt32(8))
        }
        return response
    }

    private var moment: BucketClient.Moment {
        BucketClient.Moment(now: now, date: Date(timeIntervalSince1970: 1_800_000_000))
    }

    mutating func start() throws {
        client.start(at: moment)
        try settle()
    }

    mutating func close() throws {
        client.close(at: moment)
        try settle()
    }

    @discardableResult
    mutating func submit(
        _ operation: KeyValueOperation, _ key: String = "k1", in collection: CollectionName = .default,
        timeout: Duration = .milliseconds(2_500)
    ) throws -> BucketClient.OperationID {
        let id = try client.submit(
            OperationRequest(operation: operation, key: key, collection: collection, timeout: timeout), at: moment)
        try settle()
        return id
    }

    /// Lets time pass, stopping wherever the client has something to do.
    mutating func advance(by time: Duration) throws {
        let end = now + time
        while let next = client.nextDeadline(), next <= end {
            now = max(now, next)
            client.advance(to: moment)
            try settle()
        }
        now = end
    }

    /// A node says something of its own accord.
    mutating func push(_ request: RequestFrame, from host: String) throws {
        for link in open.keys.sorted() where open[link]?.host == host {
            var bytes = ByteBuffer()
            try request.encode(into: &bytes)
            client.received(bytes, from: link, at: moment)
        }
        try settle()
    }

    mutating func disconnect(_ host: String) throws {
        for link in open.keys.sorted() where open[link]?.host == host {
            open[link] = nil
            client.closed(link, error: nil, at: moment)
        }
        try settle()
    }

    private mutating func settle() throws {
        while case let actions = client.takeActions(), !actions.isEmpty {
            for action in actions { try perform(action) }
        }
    }

    private mutating func perform(_ action: BucketClient.Action) throws {
        switch action {
        case .resolve:
            let records = serviceRecords.count > 1 ? serviceRecords.removeFirst() : serviceRecords[0]
            client.seedsResolved(records, at: moment)
        case .open(let id, let endpoint):
            opened.append(endpoint)
            guard !absent.contains(endpoint.host) else {
                return client.closed(id, error: CouchbaseError(.connectionFailure, "refused"), at: moment)
            }
            open[id] = endpoint
            decoders[id] = FrameDecoder()
            client.opened(id, at: moment)
        case .send(let id, let bytes): try take(bytes, on: id)
        case .close(let id): open[id] = nil
        case .completed(let id, let result): results[id] = result
        case .closed: isClosed = true
        case .solve, .config, .unreachable: break
        }
    }

    private mutating func take(_ bytes: ByteBuffer, on id: BucketClient.LinkID) throws {
        guard let endpoint = open[id], !silent.contains(endpoint.host) else { return }
        decoders[id]?.append(bytes)
        var answers = ByteBuffer()
        while case .request(let request)? = try decoders[id]?.next() {
            try respond(Received(link: id, endpoint: endpoint, request: request))?.encode(into: &answers)
        }
        if answers.readableBytes > 0 { client.received(answers, from: id, at: moment) }
    }

    private mutating func respond(_ one: Received) -> ResponseFrame? {
        var response = ResponseFrame(opcode: one.request.opcode, status: .success, opaque: one.request.opaque)
        switch one.request.opcode {
        case .hello: for feature in Feature.wanted { response.value.writeInteger(feature.rawValue) }
        case .getErrorMap, .saslAuth, .selectBucket, .noop: break
        case .getClusterConfig: response.value.writeString(config)
        default:
            received.append(one)
            return answer(one)
        }
        return response
    }
}
