import NIOCore
import Testing

@testable import Couchbase

@Suite("Bootstrap of a connection")
struct BootstrapTests {
    private func connect(_ node: TestNode, encrypted: Bool = false) throws -> (
        KVConnection, rounds: Int, actions: [KVConnection.Action]
    ) {
        var node = node
        let settings = KVConnection.Settings(
            host: "10.0.0.1", credentials: TestNode.settings.credentials, bucket: "orders", isEncrypted: encrypted,
            agent: "test", nonce: TestNode.settings.nonce)
        var connection = KVConnection(settings: settings)
        let (rounds, actions) = try node.converse(&connection, connection.start(now: .zero))
        return (connection, rounds, actions)
    }

    private func failure(_ node: TestNode, encrypted: Bool = false) throws -> CouchbaseError? {
        let (connection, _, actions) = try connect(node, encrypted: encrypted)
        #expect(connection.phase == .closed)
        guard case .close(let error) = actions.last else { return nil }
        return error
    }

    @Test("SCRAM takes three round trips, PLAIN in TLS takes one")
    func roundTrips() throws {
        let scram = try connect(TestNode())
        #expect(scram.rounds == 3)
        #expect(scram.actions == [.config(try ClusterConfigTests.parse(ClusterConfigTests.text)), .ready])
        #expect(scram.0.phase == .ready)
        #expect(scram.0.features == Set(Feature.wanted))
        #expect(scram.0.nextDeadline == nil)
        #expect(try connect(TestNode(), encrypted: true).rounds == 1)
    }

    @Test("A mechanism that is listed but refused is replaced by the next")
    func refusedMechanism() throws {
        var node = TestNode()
        node.mechanisms = "SCRAM-SHA512 SCRAM-SHA256"
        let (connection, rounds, _) = try connect(node)
        #expect(connection.phase == .ready)
        #expect(rounds == 4)
    }

    @Test("Wrong password, bucket, signature, mechanisms and configuration have their own errors")
    func failures() throws {
        var node = TestNode()
        node.password = .authError
        #expect(try failure(node)?.code == .authenticationFailure)
        #expect(try failure(node, encrypted: true)?.code == .authenticationFailure)
        node = TestNode()
        node.bucket = .noAccess
        let bucket = try failure(node)
        #expect(bucket?.code == .bucketNotFound)
        #expect(bucket?.message.contains("\"orders\"") == true)
        node = TestNode()
        node.signature = "v=AAAA"
        #expect(try failure(node)?.code == .authenticationFailure)
        node = TestNode()
        node.mechanisms = "PLAIN"
        #expect(try failure(node)?.message.contains("over TLS only") == true)
        node = TestNode()
        node.config = "{}"
        #expect(try failure(node)?.code == .protocolViolation)
    }

    @Test("A node that says nothing is given up after the connect timeout")
    func timeout() {
        var connection = KVConnection(settings: TestNode.settings)
        _ = connection.start(now: .seconds(5))
        #expect(connection.nextDeadline == .seconds(15))
        #expect(connection.advance(to: .milliseconds(14_999)).isEmpty)
        let actions = connection.advance(to: .seconds(15))
        guard case .close(let error) = actions.first else {
            Issue.record("\(actions)")
            return
        }
        #expect(error.code == .unambiguousTimeout)
        #expect(connection.socketClosed().isEmpty)
    }

    @Test("Bytes that are no frame close the connection")
    func garbage() {
        var connection = KVConnection(settings: TestNode.settings)
        _ = connection.start(now: .zero)
        let actions = connection.received(ByteBuffer(string: "HTTP/1.1 400 Bad Request"))
        guard case .close(let error) = actions.first else {
            Issue.record("\(actions)")
            return
        }
        #expect(error.code == .protocolViolation)
    }
}
