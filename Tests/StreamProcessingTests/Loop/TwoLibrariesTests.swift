import Kafka
import Testing

@testable import StreamProcessing

extension LoopTests {
    /// The two libraries beside each other, on one broker.
    @Suite struct TwoLibrariesTests {
        /// What a client hands out of a record.
        private struct Seen: Hashable {
            var partition: Int32
            var offset: Int64
            var timestamp: Int64
            var key: [UInt8]?
            var value: [UInt8]?
            var headers: [RecordHeader]
        }

        private static func replay(_ client: any TaskClient) throws -> (seen: Set<Seen>, reached: [Int32: Int64]) {
            let marks = try client.watermarks(of: "out", [0, 1], countingOpen: true)
            var (seen, reached): (Set<Seen>, [Int32: Int64]) = ([], [:])
            let count = try client.replay("out", marks.mapValues { $0.low..<$0.high }) { batch, ends in
                for record in batch {
                    seen.insert(
                        Seen(
                            partition: record.partition, offset: record.offset, timestamp: record.timestamp,
                            key: record.key.map { Array($0) }, value: record.value.map { Array($0) },
                            headers: record.headers))
                }
                reached.merge(ends) { $1 }
            }
            #expect(count == seen.count)
            return (seen, reached)
        }

        @Test(arguments: KafkaLibrary.allCases)
        func bothReadTheSameOfWhatEitherHasWritten(_ library: KafkaLibrary) async throws {
            try await LoopFixture.run(library) { fixture in
                var (swiftly, otherwise) = (fixture.settings, fixture.settings)
                (swiftly.library, otherwise.library) = (.swift, .librdkafka)
                try await DedicatedThread(name: "test").run { [swiftly, otherwise] () throws(any Error) in
                    let swift = try KafkaTaskClient(
                        LoopFixture.definition, settings: swiftly, identity: "a", logger: silent)
                    let librdkafka = try KafkaTaskClient(
                        LoopFixture.definition, settings: otherwise, identity: "b", logger: silent)
                    defer { for client in [swift, librdkafka] as [any TaskClient] { client.close() } }
                    let writer: any TaskClient = library == .swift ? swift : librdkafka
                    try writer.initTransactions(timeout: .seconds(30))
                    let topic = try writer.topic("out")
                    let empty: [UInt8] = []
                    for (round, commits) in [(0, true), (1, false), (2, true)] {
                        try writer.beginTransaction()
                        for number in 0..<20 {
                            let (key, value) = (
                                Array("\(number)".utf8), [UInt8](repeating: UInt8(number), count: number)
                            )
                            try key.withUnsafeBytes { key in
                                try value.withUnsafeBytes { value in
                                    try writer.produce(
                                        to: topic, partition: Int32(number % 2), key: number % 5 == 0 ? nil : key,
                                        value: number % 7 == 0 ? nil : value, timestamp: Int64(1_000 + round),
                                        headers: number % 3 == 0
                                            ? [] : [.init("a", "\(number)"), .init("b", nil), .init("b", empty)])
                                }
                            }
                        }
                        if commits {
                            try writer.commitTransaction(timeout: .seconds(30))
                            // The transaction's own marker is not counted.
                            let marks = try writer.watermarks(of: "out", [0, 1], countingOpen: true)
                            #expect(writer.takeDeliveredOffsets(of: topic) == marks.mapValues { $0.high - 1 })
                        } else {
                            try writer.abortTransaction(timeout: .seconds(30))
                            _ = writer.takeDeliveredOffsets(of: topic)
                        }
                    }
                    let (ours, theirs) = (try Self.replay(swift), try Self.replay(librdkafka))
                    #expect(ours.seen == theirs.seen && ours.seen.count == 40)
                    let marks = try swift.watermarks(of: "out", [0, 1], countingOpen: true)
                    #expect(ours.reached == theirs.reached && ours.reached == marks.mapValues(\.high))
                    for counting in [true, false] {
                        #expect(
                            try swift.watermarks(of: "out", [0, 1], countingOpen: counting)
                                == librdkafka.watermarks(of: "out", [0, 1], countingOpen: counting))
                    }
                    #expect(try swift.partitionCount(of: "out") == 2)
                    let missing = #expect(throws: KafkaError.self) { try swift.partitionCount(of: "missing") }
                    #expect(missing?.code == .unknownTopicOrPartition && missing?.isRetriable == true)
                }
            }
        }
    }
}
