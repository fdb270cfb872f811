import KafkaProtocol
import NIOCore
import TestSupport
import Testing

@testable import KafkaClient

@Suite struct AdminCoreTests {
    private let cluster = ScriptedCluster(seed: 1)

    private func run<Value>(
        _ body: (AdminCore, _ deadline: Int64, _ done: @escaping AdminCore.Done<Value>) -> Void
    ) throws -> Value {
        let admin = AdminCore(cluster, clientID: "admin")
        var result: Result<Value, ClientError>?
        body(admin, cluster.now.monotonic + 10_000) { result = $0 }
        cluster.run(until: cluster.now.monotonic + 20_000) { result == nil }
        return try #require(result).get()
    }

    @Test func `Topics that exist are passed, and those that were created are named`() throws {
        cluster.serve(CreateTopicsRequest.self) { request, call, reply in
            #expect(call.destination == .controller)
            reply(
                CreateTopicsResponse {
                    $0.results = request.topics.map { topic in
                        .init {
                            $0.name = topic.name
                            $0.errorCode = topic.name == "old" ? .topicAlreadyExists : .none
                        }
                    }
                })
        }
        let made = try run { $0.createTopics([NewTopic(name: "old"), NewTopic(name: "new")], until: $1, then: $2) }
        #expect(made == ["new"])
    }

    @Test func `A refusal has the broker's own words and names the topic`() throws {
        cluster.serve(CreateTopicsRequest.self) { _, _, reply in
            reply(
                CreateTopicsResponse {
                    $0.results = [
                        .init {
                            $0.name = "t"
                            $0.errorCode = .invalidConfig
                            $0.errorMessage = "no such setting"
                        }
                    ]
                })
        }
        let error = #expect(throws: ClientError.self) {
            try run { $0.createTopics([NewTopic(name: "t")], until: $1, then: $2) } as [String]
        }
        #expect(error?.description == "creating topic t: no such setting (INVALID_CONFIG)")
    }

    @Test func `Groups are asked of every broker`() throws {
        cluster.serve(MetadataRequest.self) { request, _, reply in
            #expect(request.topics == [])
            reply(MetadataResponse { $0.brokers = [1, 2, 3].map { id in .init { $0.nodeID = id } } })
        }
        cluster.serve(ListGroupsRequest.self) { _, call, reply in
            guard case .broker(let broker) = call.destination else { return }
            reply(
                ListGroupsResponse {
                    $0.groups = [
                        .init {
                            $0.groupID = "group-\(4 - broker)"
                            $0.groupState = "Stable"
                        }
                    ]
                })
        }
        let groups = try run { $0.listGroups(until: $1, then: $2) }
        #expect(groups.map(\.groupID) == ["group-1", "group-2", "group-3"])
    }

    @Test func `A group's members are shown with their partitions`() throws {
        let places = [TopicPartition(topic: "t", partition: 3)]
        cluster.serve(DescribeGroupsRequest.self) { request, call, reply in
            #expect(call.destination == .coordinator(CoordinatorKey(kind: .group, name: "g")))
            reply(
                DescribeGroupsResponse {
                    $0.results = [
                        .init {
                            $0.groupID = "g"
                            $0.groupState = "Stable"
                            $0.protocolData = "range"
                            $0.members = [
                                .init {
                                    $0.memberID = "m"
                                    $0.memberAssignment = ConsumerAssignment(partitions: places).encoded()
                                }
                            ]
                        }
                    ]
                })
        }
        let group = try #require(try run { $0.describe(groups: ["g"], until: $1, then: $2) }.first)
        #expect(group.assignor == "range")
        #expect(group.members.map(\.partitions) == [places])
    }

    @Test func `Only the settings that are named are changed`() throws {
        var seen: [IncrementalAlterConfigsRequest.Config] = []
        cluster.serve(IncrementalAlterConfigsRequest.self) { request, _, reply in
            seen = request.resources.first?.configs ?? []
            reply(IncrementalAlterConfigsResponse())
        }
        try run {
            $0.alterConfigs(
                ofTopic: "t", ["retention.ms": .set("1"), "cleanup.policy": .delete], until: $1, then: $2)
        }
        #expect(seen.map(\.name) == ["cleanup.policy", "retention.ms"])
        #expect(seen.map(\.configOperation) == [1, 0])
        #expect(seen.map(\.value) == [nil, "1"])
    }

    @Test func `Offsets by time are asked of the leaders, and nothing found is nothing`() throws {
        cluster.setTopics(["t": 2])
        cluster.serve(ListOffsetsRequest.self) { request, _, reply in
            reply(
                ListOffsetsResponse {
                    $0.topics = request.topics.mapPartitions { _, asked in
                        .init {
                            $0.partitionIndex = asked.partitionIndex
                            $0.offset = asked.timestamp == -1 ? 7 : -1
                        }
                    }
                })
        }
        let offsets = try run {
            $0.offsets([t0: .end, t1: .timestamp(5)], isolation: .readUncommitted, until: $1, then: $2)
        }
        #expect(offsets == [t0: 7, t1: nil])
    }

    @Test func `Offsets of a topic that nobody leads end with the deadline`() throws {
        let error = #expect(throws: ClientError.self) {
            try run { $0.offsets([t0: .end], isolation: .readUncommitted, until: $1, then: $2) }
                as [TopicPartition: Int64?]
        }
        #expect(error?.isRetriable == true)
        #expect(cluster.now.monotonic >= 10_000)
    }
}
