import KafkaProtocol
import Testing

@testable import BrokerRights

@Suite("What of a request is served")
struct AdmissionTests {
    private func gate(_ grants: String...) throws -> AccessGate {
        AccessGate(
            principal: .user("shop"), rights: Rights(["shop": try grants.map { try #require(Grant($0)) }]),
            host: "broker.example", port: 9093, topicName: { $0.low == 1 ? "orders" : nil },
            hasTopic: { $0 == "orders" || $0 == "payments" })
    }

    private func produce(acks: Int16 = -1, to topics: String...) -> ProduceRequest {
        .init {
            $0.acks = acks
            $0.topics = topics.map { .init(name: $0, partitions: [.init()]) }
        }
    }

    @Test("What may not be written to is refused by partition; the rest is served, and the answer has both")
    func partlyAllowed() throws {
        guard
            case .serve(let rest, let complete?) = try produce(to: "orders", "payments").admitted(gate("write:orders"))
        else { return #expect(Bool(false), "it is not served in part") }
        #expect(rest.topics.map(\.name) == ["orders"])
        var answer = ProduceResponse()
        complete(&answer)
        #expect(answer.topics.map(\.name) == ["payments"])
        #expect(answer.topics[0].partitions.map(\.errorCode) == [.topicAuthorizationFailed])
    }

    @Test("Nothing allowed: refused, or closed where there is no answer")
    func refused() throws {
        guard case .refuse(let answer) = try produce(to: "payments").admitted(gate("write:orders")) else {
            return #expect(Bool(false), "it is served")
        }
        #expect(answer.topics[0].partitions[0].errorCode == .topicAuthorizationFailed)
        guard case .close = try produce(acks: 0, to: "payments").admitted(gate("write:orders")) else {
            return #expect(Bool(false), "the connection goes on")
        }
    }

    @Test("Metadata shows what may be described, by the listener's address, with the operations that are allowed")
    func metadata() throws {
        let request = MetadataRequest { $0.includeTopicAuthorizedOperations = true }
        guard case .serve(_, let complete?) = try request.admitted(gate("write:orders")) else {
            return #expect(Bool(false), "it is not served")
        }
        var answer = MetadataResponse {
            $0.brokers = [.init { $0.host = "127.0.0.1" }]
            $0.topics = ["orders", "payments"].map { name in .init { $0.name = name } }
        }
        complete(&answer)
        #expect(answer.brokers[0].host == "broker.example" && answer.brokers[0].port == 9093)
        #expect(answer.topics.map(\.name) == ["orders"])
        #expect(answer.topics[0].topicAuthorizedOperations == 1 << 4 | 1 << 8 | 1 << 10)
    }

    @Test("A topic that is not there and may not be made is not made")
    func noAutoCreation() throws {
        let request = MetadataRequest {
            $0.topics = ["orders", "orders-new", "secret"].map { name in .init { $0.name = name } }
        }
        guard case .serve(let rest, let complete?) = try request.admitted(gate("write:orders*")) else {
            return #expect(Bool(false), "it is not served")
        }
        #expect(rest.topics?.map(\.name) == ["orders"])
        var answer = MetadataResponse()
        complete(&answer)
        #expect(Set(answer.topics.map(\.name)) == ["orders-new", "secret"])
        #expect(answer.topics.allSatisfy { $0.errorCode == .topicAuthorizationFailed })
    }

    @Test("A topic that is asked for by its id takes the rights of its name")
    func byID() throws {
        let request = FetchRequest {
            $0.topics = [
                .init { $0.topicID = TopicID(high: 0, low: 1) }, .init { $0.topicID = TopicID(high: 0, low: 2) },
            ]
        }
        guard case .serve(let rest, _) = try request.admitted(gate("write:orders")) else {
            return #expect(Bool(false), "it is not served")
        }
        // One that is not there goes on to the broker, which says so.
        #expect(rest.topics.map(\.topicID.low) == [2])
    }

    @Test("Groups, transactional ids and producer ids have errors of their own")
    func otherErrors() throws {
        let gate = try gate("read:*")
        func code(_ admission: Admission<JoinGroupRequest>) -> ErrorCode? {
            if case .refuse(let answer) = admission { answer.errorCode } else { nil }
        }
        #expect(code(JoinGroupRequest { $0.groupID = "g" }.admitted(gate)) == .groupAuthorizationFailed)
        func initCode(_ id: String?) -> ErrorCode? {
            if case .refuse(let answer) = InitProducerIDRequest({ $0.transactionalID = id }).admitted(gate) {
                answer.errorCode
            } else {
                nil
            }
        }
        #expect(initCode("t") == .transactionalIDAuthorizationFailed)
        #expect(initCode(nil) == .clusterAuthorizationFailed)
    }

    @Test("Partitions of a transaction are added all or none")
    func allOrNothing() throws {
        let request = AddPartitionsToTxnRequest {
            $0.transactionalID = "t"
            $0.topics = [.init(name: "orders", partitions: [0]), .init(name: "payments", partitions: [0])]
        }
        guard case .refuse(let answer) = try request.admitted(gate("write:orders", "transaction:t")) else {
            return #expect(Bool(false), "it is served")
        }
        let codes = Dictionary(uniqueKeysWithValues: answer.topics.map { ($0.name, $0.partitions[0].errorCode) })
        #expect(codes == ["orders": .operationNotAttempted, "payments": .topicAuthorizationFailed])
    }
}
