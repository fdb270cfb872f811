import Foundation
import Kafka
import ServiceLifecycle
import Synchronization
import Testing

@testable import StreamProcessing

extension LoopTests {
    /// The loop blocks: it must do so on no thread but its own.
    @Suite struct OwnThreadTests {
        /// The names of the threads that it was called on.
        private final class Noting: StreamProcessor, Sendable {
            private let state = Mutex<(records: Int, threads: Set<String>)>((0, []))

            var records: Int { state.withLock(\.records) }
            var threads: Set<String> { state.withLock(\.threads) }

            nonisolated(nonsending) func process(_ batch: RecordBatch, in context: any TaskContext) async throws {
                let name = try String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)
                state.withLock { state in
                    state.records += batch.count
                    state.threads.insert(name.trimmingCharacters(in: .newlines))
                }
            }
        }

        @Test(arguments: KafkaLibrary.allCases)
        func theLoopRunsOnTheThreadOfItsTask(_ library: KafkaLibrary) async throws {
            try await LoopFixture.run(library) { fixture in
                try await fixture.fill(0..<10)
                let processor = Noting()
                var settings = fixture.settings
                settings.library = library
                let task = StreamTask(
                    LoopFixture.definition, kafka: settings, stateDirectory: "\(fixture.broker.directory)-state",
                    logger: silent
                ) { processor }
                let group = ServiceGroup(
                    configuration: ServiceGroupConfiguration(services: [.init(service: task)], logger: silent))
                async let running: Void = group.run()
                for _ in 0..<900 where processor.records < 10 { try await Task.sleep(for: .milliseconds(50)) }
                await group.triggerGracefulShutdown()
                try await running
                #expect(processor.records == 10 && processor.threads == ["copy"])
            }
        }
    }
}
