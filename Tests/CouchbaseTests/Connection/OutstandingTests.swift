import Foundation
import NIOCore
import TestSupport
import Testing

@testable import Couchbase

@Suite("Operations on a connection")
struct OutstandingTests {
    private static let upsert = KeyValueOperation.upsert(.binary(ByteBuffer()), MutationOptions())

    private func ready(limit: Int = 10_000) throws -> (KVConnection, TestNode) {
        var settings = TestNode.settings
        settings.outstandingLimit = limit
        var connection = KVConnection(settings: settings)
        var node = TestNode()
        _ = try node.converse(&connection, connection.start(now: .zero))
        try #require(connection.phase == .ready)
        return (connection, node)
    }

    private func submit(
        _ operation: KeyValueOperation, id: UInt64, to connection: inout KVConnection
    ) throws(CouchbaseError) -> ByteBuffer {
        var bytes = ByteBuffer()
        _ = try connection.submit(
            operation, id: id, key: "k\(id)", vbucket: 1, collectionID: 0, date: .now, into: &bytes)
        return bytes
    }

    @Test("Above the limit an operation is refused, and nothing is sent")
    func limit() throws {
        var (connection, _) = try ready(limit: 2)
        for id in 0..<2 as Range<UInt64> { _ = try submit(.get, id: id, to: &connection) }
        let error = #expect(throws: CouchbaseError.self) { try submit(.get, id: 2, to: &connection) }
        #expect(error?.code == .temporaryFailure)
        #expect(connection.outstandingCount == 2)
    }

    @Test("A lost connection is ambiguous for a mutation only, and says nothing of what was forgotten")
    func ambiguity() throws {
        var (connection, _) = try ready()
        var bytes = ByteBuffer()
        let forgotten = try connection.submit(
            Self.upsert, id: 1, key: "k", vbucket: 1, collectionID: 0, date: .now, into: &bytes)
        connection.forget(forgotten)
        _ = try submit(.get, id: 3, to: &connection)
        _ = try submit(Self.upsert, id: 4, to: &connection)
        let codes = connection.socketClosed().compactMap { action in
            if case .failed(let id, let error) = action { "\(id) \(error.code)" } else { nil }
        }
        #expect(codes == ["3 requestCanceled", "4 ambiguousConnectionLoss"])
    }

    @Test("A configuration in NOT_MY_VBUCKET comes before the answer; an empty one is fetched, once")
    func notMyVBucket() throws {
        var (connection, node) = try ready()
        for (id, body) in [(1, ClusterConfigTests.text), (2, ""), (3, "")] as [(UInt64, String)] {
            let sent = try submit(.get, id: id, to: &connection)
            let request = try #require(try node.requests(in: sent).first)
            let response = ResponseFrame(
                opcode: .get, status: .notMyVBucket, opaque: request.opaque, value: ByteBuffer(string: body))
            var bytes = ByteBuffer()
            try response.encode(into: &bytes)
            let actions = connection.received(bytes)
            #expect(actions.last == .answered(id, response))
            switch (id, actions.first) {
            case (1, .config), (2, .send): #expect(actions.count == 2)
            default: #expect(id == 3 && actions.count == 1)
            }
        }
    }

    @Test("A response with another opcode closes the connection, and its operation is not lost")
    func wrongOpcode() throws {
        var (connection, node) = try ready()
        let sent = try submit(Self.upsert, id: 1, to: &connection)
        let request = try #require(try node.requests(in: sent).first)
        var bytes = ByteBuffer()
        try ResponseFrame(opcode: .get, status: .success, opaque: request.opaque).encode(into: &bytes)
        let actions = connection.received(bytes)
        #expect(actions.count == 2)
        guard case .failed(1, let error) = actions.first else {
            Issue.record("\(actions)")
            return
        }
        #expect(error.code == .ambiguousConnectionLoss)
    }

    @Test(
        "Whatever comes twice, out of order or never: each operation ends once, with its own answer",
        arguments: Seeds.first(100))
    func simulation(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var (connection, node) = try ready(limit: 40)
        var held: [ResponseFrame] = []
        var submitted: [UInt64: KeyValueOperation] = [:]
        var actions: [KVConnection.Action] = []
        for id in 0..<200 as Range<UInt64> {
            let operation = Bool.random(using: &generator) ? KeyValueOperation.get : Self.upsert
            // Above the limit it is refused: then it was not submitted.
            if let sent = try? submit(operation, id: id, to: &connection) {
                submitted[id] = operation
                for request in try node.requests(in: sent) where Int.random(in: 0..<10, using: &generator) > 0 {
                    // The key comes back as the value, so that another's answer shows.
                    held.append(
                        ResponseFrame(
                            opcode: request.opcode, status: .success, opaque: request.opaque, value: request.key))
                }
            }
            while let place = held.indices.randomElement(using: &generator),
                Int.random(in: 0..<3, using: &generator) > 0
            {
                let isTwice = Int.random(in: 0..<8, using: &generator) == 0
                var bytes = ByteBuffer()
                try held[place].encode(into: &bytes)
                if !isTwice { held.remove(at: place) }
                actions += connection.received(bytes)
            }
        }
        actions += connection.socketClosed()
        var ended: Set<UInt64> = []
        for action in actions {
            switch action {
            case .answered(let id, let response):
                #expect(ended.insert(id).inserted)
                #expect(response.value == ByteBuffer(bytes: [0] + "k\(id)".utf8))
            case .failed(let id, let error):
                #expect(ended.insert(id).inserted)
                #expect(error.isAmbiguous == (submitted[id]?.isIdempotent == false))
            default: break
            }
        }
        #expect(ended == Set(submitted.keys))
        #expect(connection.outstandingCount == 0)
    }
}
