import KafkaProtocol
import Testing

@testable import KafkaClient

@Suite struct MetadataTests {
    private func answer(leader: Int32, epoch: Int32, id: UInt64 = 1) -> MetadataResponse {
        MetadataResponse {
            $0.brokers = [.init { ($0.nodeID, $0.host, $0.port) = (1, "a", 1) }]
            $0.topics = [
                .init {
                    $0.name = "t"
                    $0.topicID = TopicID(high: 0, low: id)
                    $0.partitions = [.init { ($0.partitionIndex, $0.leaderID, $0.leaderEpoch) = (0, leader, epoch) }]
                }
            ]
        }
    }

    @Test func anOlderLeaderEpochDoesNotReplaceANewerOne() {
        var metadata = ClusterMetadata()
        metadata.update(answer(leader: 1, epoch: 5), wanted: ["t"])
        metadata.update(answer(leader: 2, epoch: 4), wanted: ["t"])
        #expect(metadata.leader("t", 0) == PartitionLeader(broker: 1, epoch: 5))
        metadata.update(answer(leader: 2, epoch: 6), wanted: ["t"])
        #expect(metadata.leader("t", 0) == PartitionLeader(broker: 2, epoch: 6))
    }

    @Test func aTopicMadeAgainStartsItsEpochsAgain() {
        var metadata = ClusterMetadata()
        metadata.update(answer(leader: 1, epoch: 5), wanted: ["t"])
        metadata.update(answer(leader: 2, epoch: 0, id: 2), wanted: ["t"])
        #expect(metadata.leader("t", 0) == PartitionLeader(broker: 2, epoch: 0))
        #expect(metadata.name(of: TopicID(high: 0, low: 2)) == "t")
        #expect(metadata.name(of: TopicID(high: 0, low: 1)) == nil)
    }

    @Test func aBrokerWithoutEpochsIsBelieved() {
        var metadata = ClusterMetadata()
        metadata.update(answer(leader: 1, epoch: 5), wanted: ["t"])
        metadata.update(answer(leader: 2, epoch: -1), wanted: ["t"])
        #expect(metadata.leader("t", 0)?.broker == 2)
    }

    @Test func aPassingErrorOfATopicKeepsWhatIsKnown() {
        var metadata = ClusterMetadata()
        metadata.update(answer(leader: 1, epoch: 5), wanted: ["t"])
        let error = MetadataResponse {
            $0.topics = [.init { ($0.name, $0.errorCode) = ("t", .leaderNotAvailable) }]
        }
        metadata.update(error, wanted: ["t"])
        #expect(metadata.leader("t", 0)?.broker == 1)
        #expect(metadata.isIncomplete(["t"]))
    }

    @Test func followedTopicsAreAskedForAndKeptFresh() {
        let cluster = SimulatedCluster()
        cluster.topics["t"] = SimulatedTopic(partitions: 3, brokers: cluster.brokers)
        var changes = 0
        cluster.call { _ = cluster.core.follow(.named(["t"])) { changes += 1 } }
        #expect(cluster.run(until: { changes == 1 }))
        #expect(cluster.core.metadata.topics["t"]?.partitions.count == 3)
        #expect(cluster.core.metadata.leader("t", 2)?.broker == 2)
        cluster.topics["t"] = SimulatedTopic(partitions: 4, brokers: cluster.brokers)
        let start = cluster.time.monotonic
        #expect(cluster.run(until: { changes == 2 }))
        #expect(cluster.time.monotonic - start >= 299_000)
        #expect(cluster.core.metadata.topics["t"]?.partitions.count == 4)
    }

    @Test func aTopicThatIsMissingIsAskedForUntilItIsThere() {
        let cluster = SimulatedCluster()
        cluster.call { _ = cluster.core.follow(.named(["t"])) {} }
        cluster.run(for: 5000)
        #expect(cluster.core.metadata.leader("t", 0) == nil)
        let asked = cluster.brokers.map { $0.received[MetadataRequest.api] ?? 0 }.reduce(0, +)
        #expect((5...20).contains(asked))
        cluster.topics["t"] = SimulatedTopic(partitions: 1, brokers: cluster.brokers)
        #expect(cluster.run(for: 2000, until: { cluster.core.metadata.leader("t", 0) != nil }))
    }

    @Test func interestThatComesWhileAnAnswerIsOnItsWayIsAskedForRightAfter() {
        let cluster = SimulatedCluster()
        for name in ["a", "b"] { cluster.topics[name] = SimulatedTopic(partitions: 1, brokers: cluster.brokers) }
        cluster.call { _ = cluster.core.follow(.named(["a"])) {} }
        cluster.run(for: 3)
        cluster.call { _ = cluster.core.follow(.named(["b"])) {} }
        #expect(cluster.run(for: 1000, until: { cluster.core.metadata.leader("b", 0) != nil }))
        #expect(cluster.core.metadata.leader("a", 0) != nil)
    }

    @Test func allTopicsCanBeFollowed() {
        let cluster = SimulatedCluster()
        for name in ["a", "b"] { cluster.topics[name] = SimulatedTopic(partitions: 1, brokers: cluster.brokers) }
        cluster.call { _ = cluster.core.follow(.all) {} }
        #expect(cluster.run(for: 1000, until: { cluster.core.metadata.topics.count == 2 }))
    }

    @Test func errorsDoNotAskMoreOftenThanTheBackoff() {
        let cluster = SimulatedCluster()
        cluster.topics["t"] = SimulatedTopic(partitions: 1, brokers: cluster.brokers)
        cluster.call { _ = cluster.core.follow(.named(["t"])) {} }
        cluster.run(for: 1000)
        let before = cluster.brokers.map { $0.received[MetadataRequest.api] ?? 0 }.reduce(0, +)
        for _ in 0..<1000 {
            cluster.call { cluster.core.refreshMetadata() }
            cluster.run(for: 1)
        }
        let after = cluster.brokers.map { $0.received[MetadataRequest.api] ?? 0 }.reduce(0, +)
        #expect((5...13).contains(after - before))
    }

    @Test func aBrokerThatMovedIsConnectedToAtItsNewAddress() {
        let cluster = SimulatedCluster()
        cluster.topics["t"] = SimulatedTopic(partitions: 3, brokers: cluster.brokers)
        cluster.call { _ = cluster.core.follow(.named(["t"])) {} }
        cluster.run(for: 1000)
        var brokers: [Int32?] = []
        func beat() {
            cluster.call {
                cluster.core.send(HeartbeatRequest(), to: .broker(2), RequestOptions(clientID: "c")) {
                    brokers.append((try? $0.get())?.broker)
                }
            }
        }
        beat()
        #expect(cluster.run(until: { brokers.count == 1 }))
        cluster.stop(cluster.brokers[2])
        cluster.brokers[2].address = BrokerAddress(host: "moved", port: 9)
        cluster.brokers[2].isUp = true
        cluster.call { cluster.core.refreshMetadata() }
        cluster.run(for: 1000)
        beat()
        #expect(cluster.run(until: { brokers.count == 2 }))
        #expect(brokers == [2, 2])
    }

    @Test func aClusterThatIsReplacedBehindItsAddressesIsFoundAgain() {
        let cluster = SimulatedCluster()
        cluster.topics["t"] = SimulatedTopic(partitions: 3, brokers: cluster.brokers)
        cluster.call { _ = cluster.core.follow(.named(["t"])) {} }
        cluster.run(for: 1000)
        let addresses = cluster.brokers.map(\.address)
        for broker in cluster.brokers { cluster.stop(broker) }
        cluster.brokers = (10..<13).map { .init(id: $0, address: addresses[Int($0) - 10]) }
        cluster.topics["t"] = SimulatedTopic(partitions: 3, brokers: cluster.brokers)
        cluster.topics["t"]?.partitions.indices.forEach { cluster.topics["t"]?.partitions[$0].epoch = 9 }
        cluster.call { cluster.core.refreshMetadata() }
        #expect(cluster.run(for: 10_000, until: { cluster.core.metadata.leader("t", 0)?.broker == 10 }))
    }
}

extension MetadataTests {
    @Test func whenAllKnownBrokersAreGoneTheBootstrapServersAreAskedAgain() {
        let cluster = SimulatedCluster(brokers: 2)
        // Broker 1 is behind the bootstrap address only; what is advertised are two others that come and go.
        cluster.topics["t"] = SimulatedTopic(partitions: 1, brokers: cluster.brokers)
        let seed = cluster.brokers[1]
        let (old, new) = (
            SimulatedBroker(id: 5, address: .init(host: "old", port: 1)),
            SimulatedBroker(id: 6, address: .init(host: "new", port: 1))
        )
        cluster.brokers = [seed, old, new]
        cluster.advertised = [5]
        cluster.call { _ = cluster.core.follow(.named(["t"])) {} }
        #expect(cluster.run(for: 5000, until: { cluster.core.metadata.brokers.keys.sorted() == [5] }))
        var answers = 0
        func beat() {
            cluster.call {
                cluster.core.send(HeartbeatRequest(), to: .anyBroker, RequestOptions(clientID: "c")) { _ in answers += 1
                }
            }
        }
        beat()
        #expect(cluster.run(for: 5000, until: { answers == 1 }))
        cluster.stop(old)
        cluster.advertised = [6]
        cluster.call { cluster.core.refreshMetadata() }
        #expect(cluster.run(for: 20_000, until: { cluster.core.metadata.brokers.keys.sorted() == [6] }))
    }
}
