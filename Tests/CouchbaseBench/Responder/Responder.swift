import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import SCRAM

/// A node that answers from memory, as fast as one event loop can: so that a client is measured, and not the cluster of the
/// tests, which is written in Python. One bucket, one copy of each document. It knows the operations that the figures need,
/// and its Query service knows `SELECT RAW 1`.
///
/// Everything happens on one event loop.
final class Responder {
    static let user = "bench"
    static let password = "password"
    static let bucket = "orders"
    private static let vbuckets = 64

    /// Keys that a test asks with how many answers are held, and that they are released.
    static let heldKey = "answers-held"
    static let releaseKey = "answers-released"

    let delay: TimeAmount
    let verifiers: [SCRAMHash: SCRAMVerifier]
    private var memory = KVMemory()
    private var holds: Bool
    private var held: [(channel: any Channel, request: KVRequest)] = []
    private var ports = (keyValue: 0, query: 0)

    init(delay: TimeAmount, holds: Bool) {
        self.delay = delay
        self.holds = holds
        verifiers = Dictionary(
            uniqueKeysWithValues: SCRAMHash.allCases.map {
                let salt = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
                return ($0, SCRAMVerifier(hash: $0, password: Self.password, salt: salt, iterations: 4_096))
            })
    }

    /// Listens on free ports of loopback, says where in a line of JSON, and runs until its input ends.
    static func run(delay: Duration, holds: Bool) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let amount = TimeAmount.nanoseconds(Int64(delay / .nanoseconds(1)))
        let bound = try await loop.submit {
            NIOLoopBound(Responder(delay: amount, holds: holds), eventLoop: loop)
        }.get()
        let keyValue = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1_024)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(KVSession(bound.value))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let query = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(QuerySession())
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let ports = (keyValue.localAddress?.port ?? 0, query.localAddress?.port ?? 0)
        try await loop.submit { bound.value.ports = ports }.get()
        let line =
            #"{"connection_string":"couchbase://127.0.0.1:\#(ports.0)","user":"\#(user)","password":"\#(password)","#
            + #""bucket":"\#(bucket)"}"# + "\n"
        FileHandle.standardOutput.write(Data(line.utf8))
        // Whoever started it holds the other end.
        _ = try await NIOThreadPool.singleton.runIfActive { FileHandle.standardInput.readDataToEndOfFile() }
        try await group.shutdownGracefully()
    }

    /// nil for what is no operation, and for an operation whose answer is held.
    func answer(_ request: KVRequest, on channel: any Channel) -> KVResponse? {
        if holds, isOperation(request) {
            // Behind the one byte of the default collection.
            switch String(decoding: request.key.readableBytesView.dropFirst(), as: UTF8.self) {
            case Self.heldKey:
                return KVResponse(extras: ByteBuffer(integer: UInt32(0)), value: ByteBuffer(string: "\(held.count)"))
            case Self.releaseKey:
                release()
                return KVResponse(extras: ByteBuffer(integer: UInt32(0)), value: ByteBuffer(string: "0"))
            default:
                held.append((channel, request))
                return nil
            }
        }
        return memory.answer(request)
    }

    private func isOperation(_ request: KVRequest) -> Bool {
        [KVOpcode.get, KVOpcode.set, KVOpcode.lookupIn].contains(request.opcode)
    }

    private func release() {
        let waiting = held
        held = []
        // What the client had no room for comes now.
        holds = false
        for (channel, request) in waiting {
            var bytes = ByteBuffer()
            memory.answer(request)?.write(request, into: &bytes)
            channel.writeAndFlush(bytes, promise: nil)
        }
    }

    func config(ofBucket isBucket: Bool) -> ByteBuffer {
        let node =
            #"{"thisNode":true,"hostname":"127.0.0.1","services":{"kv":\#(ports.keyValue),"n1ql":\#(ports.query)}}"#
        let capabilities = #""clusterCapabilities":{"n1ql":["enhancedPreparedStatements"]}"#
        guard isBucket else {
            return ByteBuffer(string: #"{"rev":1,"revEpoch":1,\#(capabilities),"nodesExt":[\#(node)]}"#)
        }
        let map = Array(repeating: "[0]", count: Self.vbuckets).joined(separator: ",")
        return ByteBuffer(
            string: """
                {"rev":1,"revEpoch":1,"name":"\(Self.bucket)","uuid":"0a","nodeLocator":"vbucket",\(capabilities),\
                "bucketCapabilities":["collections","durableWrite","xattr","nodesExt","cccp"],\
                "collectionsManifestUid":"1",\
                "nodes":[{"hostname":"127.0.0.1:8091","ports":{"direct":\(ports.keyValue)}}],"nodesExt":[\(node)],\
                "vBucketServerMap":{"hashAlgorithm":"CRC","numReplicas":0,\
                "serverList":["127.0.0.1:\(ports.keyValue)"],"vBucketMap":[\(map)]}}
                """)
    }
}
