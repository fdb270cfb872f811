import Kafka
import Testing
import Threads

@testable import StreamProcessing

extension LoopTests {
    /// A member that its group has given up without its knowing.
    @Suite struct LostMemberTests {
        /// A service that stands still for too long, and goes on. What it then commits is somebody else's.
        @Test(arguments: KafkaLibrary.allCases)
        func whatAMemberCommitsThatItsGroupHasGivenUpIsRefused(_ library: KafkaLibrary) async throws {
            try await LoopFixture.run(library) { fixture in
                try await fixture.fill(0..<10)
                var settings = fixture.settings
                settings.overrides.merge(["session.timeout.ms": "6000", "heartbeat.interval.ms": "20000"]) { $1 }
                try await DedicatedThread(name: "test").run { [settings] () throws(any Error) in
                    let client = try KafkaTaskClient(
                        LoopFixture.definition, settings: settings, identity: "a", logger: silent)
                    defer { client.close() }
                    try client.initTransactions(timeout: .seconds(30))
                    try client.subscribe(["in"]) { event in
                        guard case .assigned(let places) = event else { return [:] }
                        return Dictionary(uniqueKeysWithValues: places.map { ($0, .beginning) })
                    } choose: {
                        $0
                    }
                    let deadline = ContinuousClock.now + .seconds(30)
                    while try client.poll(max: 1, timeout: .milliseconds(200)).isEmpty, .now < deadline {}
                    let place = TopicPartition(topic: "in", partition: 0)
                    // No heartbeat for so long: the group gives it up, and its client library hears of it.
                    OSThread.sleep(.seconds(9))
                    try client.beginTransaction()
                    let topic = try client.topic("out")
                    try client.produce(to: topic, partition: 0, key: nil, value: nil, timestamp: nil, headers: [])
                    let error = try #require(throws: KafkaError.self) {
                        try client.sendOffsets([place: 5])
                        try client.commitTransaction(timeout: .seconds(10))
                    }
                    #expect(error.mustAbortTransaction, "\(error)")
                    try client.abortTransaction(timeout: .seconds(10))
                    let committed = try client.committed([place], timeout: .seconds(10))
                    #expect(committed[place] == nil)
                }
                let output = try await fixture.read("out")
                #expect(output.isEmpty)
            }
        }
    }
}
